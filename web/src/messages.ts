/** Every word the page says, in one place. Another language is another `Catalogue`. */

const ES = {
  lang: 'es-CO',
  title: 'Mapa de {municipality}',
  skipToMap: 'Saltar al mapa',
  skipToLayers: 'Saltar a la lista de capas',
  govco: 'Portal del Estado Colombiano - GOV.CO',
  accessibilityBar: 'Opciones de accesibilidad',
  contrast: 'Contraste',
  smaller: 'Reducir letra',
  larger: 'Aumentar letra',
  mainNav: 'Secciones',
  navMap: 'Mapa',
  navData: 'Datos abiertos',
  navApi: 'Servicios (API)',
  share: 'Compartir vista',
  shared: 'Enlace de la vista copiado.',
  shareByHand: 'Copie el enlace de la barra de direcciones de su navegador.',
  panel: 'Capas y elementos',
  tabLayers: 'Capas',
  tabList: 'Elementos en vista',
  sheetExpand: 'Ampliar el panel',
  sheetCollapse: 'Reducir el panel',
  mapKeys:
    'Flechas: mover. Más y menos: acercar y alejar. Entrar: consultar el centro. Escape: cerrar la consulta. Los mismos elementos están como lista en la pestaña Elementos en vista.',
  loading: 'Cargando el mapa…',
  loadingLayers: 'Cargando las capas…',
  zoomIn: 'Acercar',
  zoomOut: 'Alejar',
  home: 'Ver todo el municipio',
  locate: 'Mostrar mi ubicación',
  locating: 'Buscando su ubicación…',
  located: 'El mapa muestra su ubicación, con un margen de {metres} m.',
  locatedOutside: 'Su ubicación está fuera del municipio.',
  locateDenied: 'El navegador no permitió usar su ubicación. Puede activarla en sus ajustes.',
  locateFailed: 'No fue posible obtener su ubicación. Inténtelo de nuevo.',
  youAreHere: 'Usted está aquí',
  searchLayers: 'Buscar una capa',
  noLayerFound: 'Ninguna capa coincide con «{text}».',
  emptyLayers: 'Capas sin datos todavía ({n})',
  baseMap: 'Mapa base',
  count_one: '{n} elemento',
  count_other: '{n} elementos',
  record_one: '{n} registro',
  record_other: '{n} registros',
  noData: 'Sin datos',
  dataOf: 'datos al {date}',
  demonstration: 'Demostración',
  demonstrationLong: 'Datos de demostración: no son información oficial.',
  demonstrationBanner: 'Datos de demostración',
  demonstrationBannerText_one: 'La capa «{names}» contiene ejemplos, no información oficial.',
  demonstrationBannerText_other: '{n} capas visibles contienen ejemplos, no información oficial.',
  legendOf: 'Convenciones de {title}',
  opacity: 'Opacidad',
  opacityOf: 'Opacidad de {title}',
  percent: '{n} %',
  aboutLayer: 'Opacidad e información',
  aboutTable: 'Información',
  layerData: 'Datos y descarga',
  seeAsList: 'Ver como lista',
  seeRecords: 'Ver los registros',
  withoutPlace_one: '{n} sin ubicación',
  withoutPlace_other: '{n} sin ubicación',
  withoutPlaceTitle: 'Sin ubicación conocida',
  withoutPlaceText: 'Este elemento no tiene una ubicación conocida; por eso no aparece en el mapa.',
  tableOnly: 'Tabla, sin mapa',
  zoomToSee: 'Acerque el mapa para ver esta capa.',
  layerFailed: 'No se pudo cargar esta capa.',
  retry: 'Reintentar',
  details: 'Consulta',
  close: 'Cerrar',
  closeDetails: 'Cerrar la consulta',
  back: 'Volver',
  hits_one: '{n} elemento en este lugar',
  hits_other: '{n} elementos en este lugar',
  noHits: 'No hay elementos de las capas visibles en este lugar.',
  alsoHere: 'También en este lugar',
  together: '{n} elementos muy cercanos',
  togetherText: 'Acerque el mapa para distinguirlos.',
  unnamed: 'Sin nombre',
  noValue: 'Sin dato',
  yes: 'Sí',
  no: 'No',
  zoomTo: 'Acercar a este elemento',
  fullRecord: 'Ficha completa',
  legalNotice: 'Aviso legal',
  featureFailed: 'No se pudo consultar este elemento.',
  featureMissing: 'Este elemento ya no existe.',
  selected: 'Seleccionado: {title}, {layer}.',
  inView_one: '{n} elemento en la vista',
  inView_other: '{n} elementos en la vista',
  inViewMore: 'Más de {n} elementos en la vista',
  moreThan: 'más de {n} elementos',
  inViewNone: 'No hay elementos de las capas visibles en esta parte del mapa.',
  noVisibleLayers: 'Active una capa para ver aquí la lista de sus elementos.',
  partial: 'Se muestran los primeros {shown} de {total}. Acerque el mapa para ver menos.',
  partialUnknown: 'Se muestran los primeros {shown}. Acerque el mapa para ver menos.',
  more: 'Mostrar más',
  backToView: 'Volver a los elementos en vista',
  listFailed: 'No se pudo cargar la lista.',
  columnName: 'Nombre',
  viewNow: 'Vista: {n} elementos visibles, acercamiento {zoom}.',
  reference: 'Información de referencia: no constituye certificado.',
  licences: 'Licencias',
  apiDown: 'El servicio de mapas no responde',
  apiDownText: 'Puede ser una falla temporal o de su conexión. La página volverá a intentarlo.',
  styleFailed: 'No se pudo cargar el dibujo del mapa.',
  engineFailed: 'No se pudo cargar el programa del mapa. Revise su conexión.',
  noWebgl: 'Este navegador no puede dibujar el mapa',
  noWebglText:
    'El mapa necesita WebGL 2, que no está disponible. La lista de capas y de elementos sigue funcionando, con los mismos datos.',
  offline: 'Sin conexión. El mapa conserva lo que ya había cargado.',
  online: 'La conexión volvió.',
  layerOn: 'Capa activada: {title}.',
  layerOff: 'Capa desactivada: {title}.',
} as const;

export type Message = keyof typeof ES;
export type Catalogue = Record<Message, string>;
type Base<K extends string> = K extends `${infer B}_other` ? B : never;
export type Counted = Base<Message>;

const catalogue: Catalogue = ES;
export const LANG = catalogue.lang;
const plural = new Intl.PluralRules(LANG);
const whole = new Intl.NumberFormat(LANG, { maximumFractionDigits: 0 });
export const integer = (n: number): string => whole.format(n);

export function t(key: Message, values: Record<string, string | number> = {}): string {
  return catalogue[key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** The form of `key` that agrees with `n`, which is written with thousands separators. */
export function count(key: Counted, n: number, values: Record<string, string> = {}): string {
  const form = plural.select(n) === 'one' ? 'one' : 'other';
  return t(`${key}_${form}` as Message, { ...values, n: integer(n) });
}
