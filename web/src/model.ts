/** What `/api/map` and the feature addresses answer. Shapes only; no city is known here. */

export type Position = [number, number];
/** A place asked about; third, where known, how many metres from it what is meant may be. */
export type Place = [number, number, number?];
/** West, south, east, north in degrees (CRS84). */
export type Bounds = [number, number, number, number];

export interface LegendRow {
  code: string;
  label: string;
  color: string;
  outline?: string;
  hatch?: boolean;
  definition?: string;
}

export interface FieldInfo {
  name: string;
  label: string;
  unit?: string;
  kind: string;
  /** Code → what people read. */
  codes?: Record<string, string>;
  /** Layer whose features the values are ids of. */
  reference?: string;
  definition?: string;
}

export interface LayerInfo {
  name: string;
  title: string;
  role: 'base' | 'thematic';
  visible: boolean;
  order: number;
  geometry_type: string | null;
  minzoom: number;
  maxzoom: number;
  demonstration: boolean;
  feature_count: number;
  without_geometry: number;
  updated_at: string | null;
  notice: string;
  /** Field that names a feature; empty: its id. */
  label: string;
  /** Coded field the colours follow; empty: one symbol. */
  by?: string;
  legend: LegendRow[];
  fields: FieldInfo[];
  description?: string;
  datasets?: { name: string; title: string }[];
  symbol?: { dashed?: boolean; width?: number; radius?: number };
}

export interface Sector {
  code: string;
  label: string;
  layers: LayerInfo[];
}

export interface EntityInfo {
  name: string;
  municipality: string;
  center: Position;
  zoom: number;
  extent: Bounds;
  primary_color: string;
  links: Record<string, string>;
  nit?: string;
  website?: string;
  contacts?: { name: string; email?: string; phone?: string }[];
}

export interface MapInfo {
  entity: EntityInfo;
  sectors: Sector[];
}

export interface Feature {
  type: 'Feature';
  id: string | number;
  geometry: GeoJSON.Geometry | null;
  properties: Record<string, unknown>;
}

export interface FeaturePage {
  features: Feature[];
  numberMatched?: number;
  numberReturned?: number;
  links?: { rel: string; href: string }[];
}

export interface Selection {
  layer: string;
  id: string;
}

/** One thing found under a click. `count` > 1: several drawn as one at this zoom. */
export interface Hit {
  layer: string;
  id: string | null;
  title: string | null;
  count: number;
  /** Tells merged features apart; empty when it has an identifier. */
  place: string;
  /** Code its colour follows; empty when its layer has one symbol. */
  code: string;
}

/** What `/api/search` finds: an address, a place, a layer or a dataset. */
export interface SearchResult {
  tipo: string;
  clase: string;
  etiqueta: string;
  contexto: string;
  /** What of it the position is: «Cruce de dos vías», «Barrio». */
  hallado?: string;
  /** What contradicts it. */
  advertencias?: string[];
  /** Absent: no place, or one that nobody has established. */
  posicion?: Position;
  /** Metres from the position within which what is looked for is expected. */
  error_m?: number;
  capa?: string;
  elemento?: string;
  conjunto?: string;
}

export interface SearchPage {
  resultados: SearchResult[];
  /** Why nothing was found, where that is known. */
  motivo?: string;
}

/** What `/lugar?f=json` answers about a place. Every text is for people. */
export interface PlaceAnswer {
  lugar: { lon: number; lat: number; direccion: string | null; error_m: number | null; cautela: string | null };
  resumen: string;
  demostracion: boolean;
  partes: { codigo: string; titulo: string; capas: PlaceLayer[] }[];
  consejos: { sobre: string; texto: string; fuente: string }[];
  llamar: { nombre: string; telefono: string; cuando: string }[];
  tramites: { titulo: string; url: string; parte: string; texto: string }[];
  avisos: string[];
  base: { titulo: string; cambio: number | null; sellado: string | null; demostracion: boolean }[];
  cadena: { posicion: number; hash: string };
}

export interface PlaceLayer {
  titulo: string;
  estado: 'hallado' | 'sin-dato' | 'sin-cargar';
  texto: string | null;
  demostracion: boolean;
  hallados: PlaceFound[];
  mas: number;
}

export interface PlaceFound {
  titulo: string;
  campos: { campo: string; titulo: string; texto: string }[];
  significado: { campo: string; valor: string; texto: string } | null;
  camino: { texto: string; linea: Position[] } | null;
  dentro: boolean | null;
}

export function allLayers(info: MapInfo): LayerInfo[] {
  return info.sectors.flatMap((sector) => sector.layers);
}
