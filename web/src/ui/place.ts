/** All that is known of a place, as text: the same content as its page, from the same answer. */
import { placeAddress } from '../api';
import { h, icon } from '../dom';
import { dayOf } from '../format';
import { integer, t } from '../messages';
import type { Place, PlaceAnswer, PlaceFound, PlaceLayer } from '../model';
import { demoChip } from './layers';
import { toast } from './status';

export function placeTitle(answer: PlaceAnswer): string {
  const { direccion, lat, lon } = answer.lugar;
  return direccion ?? `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
}

/** The ways to what is near, and the place itself: what the map draws. */
export function drawnPlace(answer: PlaceAnswer): GeoJSON.Geometry {
  const { lon, lat } = answer.lugar;
  const lines = answer.partes
    .flatMap((part) => part.capas)
    .flatMap((layer) => layer.hallados)
    .flatMap((found) => (found.camino?.linea.length ? [found.camino.linea] : []));
  const point: GeoJSON.Geometry = { type: 'Point', coordinates: [lon, lat] };
  if (!lines.length) return point;
  return {
    type: 'GeometryCollection',
    geometries: [point, { type: 'MultiLineString', coordinates: lines }],
  };
}

/** Summary first; then what threatens, what to do, whom to call; then all the rest. */
export function toldPlace(answer: PlaceAnswer, place: Place): HTMLElement[] {
  const [risk, rest] = [true, false].map((first) =>
    answer.partes.filter((part) => (part.codigo === 'riesgo') === first && part.capas.length),
  ) as [PlaceAnswer['partes'], PlaceAnswer['partes']];
  const section = (part: PlaceAnswer['partes'][number]): HTMLElement => partOf(answer, part);
  return [
    ...(answer.demostracion
      ? [h('p', { class: 'details__marks' }, demoChip(), t('demonstrationLong'))]
      : []),
    h('p', { class: 'place__summary' }, answer.resumen),
    ...(answer.lugar.error_m
      ? [h('p', { class: 'place__name' }, t('hereApproximate', { n: integer(answer.lugar.error_m) }))]
      : []),
    actions(place),
    ...risk.map(section),
    ...advice(answer),
    ...calls(answer),
    ...rest.map(section),
    h('p', { class: 'notice' }, h('strong', {}, `${t('legalNotice')}: `), answer.avisos.join(' ')),
    basis(answer),
  ];
}

function actions(place: Place): HTMLElement {
  const share = async (): Promise<void> => {
    const url = new URL(placeAddress(place), location.href).href;
    try {
      if (navigator.share && matchMedia('(pointer: coarse)').matches) {
        return await navigator.share({ title: t('here'), url });
      }
      await navigator.clipboard.writeText(url);
      toast(t('hereShared'));
    } catch (error) {
      if ((error as Error).name !== 'AbortError') toast(url);
    }
  };
  return h(
    'div',
    { class: 'details__links' },
    h(
      'button',
      { type: 'button', class: 'button button--small', onclick: () => void share() },
      icon('share'),
      t('hereShare'),
    ),
    h('a', { class: 'link', href: placeAddress(place, 'pdf') }, t('herePdf')),
    h('a', { class: 'link', href: placeAddress(place) }, t('herePage')),
  );
}

function partOf(answer: PlaceAnswer, part: PlaceAnswer['partes'][number]): HTMLElement {
  const procedures = answer.tramites.filter((one) => one.parte === part.codigo);
  return h(
    'section',
    { class: 'place__part' },
    h('h3', {}, part.titulo),
    ...part.capas.map(layerOf),
    procedures.length > 0 &&
      h(
        'p',
        { class: 'place__further' },
        `${t('hereFurther')}: `,
        ...procedures.flatMap((one, at) => [
          at > 0 ? ' · ' : '',
          h('a', { href: one.url, rel: 'noreferrer', title: one.texto || null }, one.titulo),
        ]),
      ),
  );
}

function layerOf(layer: PlaceLayer): HTMLElement {
  return h(
    'div',
    { class: 'place__layer' },
    h('p', { class: 'place__name' }, layer.titulo),
    ...layer.hallados.map(foundOf),
    layer.texto ? h('p', { class: 'place__none' }, `${layer.texto}.`) : null,
    layer.mas > 0 && h('p', { class: 'place__name' }, t('hereMore', { n: integer(layer.mas) })),
  );
}

function foundOf(found: PlaceFound): HTMLElement {
  const [, ...rest] = found.campos;
  const { significado: meaning } = found;
  const facts = rest.filter((field) => field.titulo !== meaning?.campo);
  const way = found.dentro ? t('hereInside') : found.camino?.texto;
  return h(
    'div',
    { class: 'place__found' },
    h(
      'p',
      {},
      h('strong', {}, found.titulo),
      meaning && ` · ${meaning.campo}: ${meaning.valor}`,
      way && ` · ${way}`,
    ),
    meaning && h('p', { class: 'place__facts' }, t('hereMeans', { text: meaning.texto })),
    facts.length > 0 &&
      h('p', { class: 'place__facts' }, facts.map((field) => `${field.titulo}: ${field.texto}`).join(' · ')),
  );
}

function advice(answer: PlaceAnswer): HTMLElement[] {
  if (!answer.consejos.length) return [];
  const told = answer.consejos.map((one) =>
    h(
      'p',
      {},
      h('strong', {}, `${one.sobre}. `),
      `${one.texto} `,
      h('span', { class: 'place__name' }, t('hereSource', { text: one.fuente })),
    ),
  );
  return [h('section', { class: 'place__part' }, h('h3', {}, t('hereAdvice')), ...told)];
}

function calls(answer: PlaceAnswer): HTMLElement[] {
  if (!answer.llamar.length) return [];
  const rows = answer.llamar.map((one) =>
    h(
      'li',
      { title: one.cuando },
      h('a', { href: `tel:${one.telefono.replaceAll(' ', '')}` }, one.telefono),
      ` ${one.nombre}`,
    ),
  );
  return [
    h('section', { class: 'place__part' }, h('h3', {}, t('hereCalls')), h('ul', { class: 'place__calls' }, ...rows)),
  ];
}

function basis(answer: PlaceAnswer): HTMLElement {
  const rows = answer.base
    .filter((one) => one.cambio !== null)
    .map((one) =>
      h('li', {}, `${one.titulo}: ${t('hereChange', { n: one.cambio ?? 0, date: dayOf(one.sellado ?? '') })}`),
    );
  return h(
    'details',
    { class: 'place__basis' },
    h('summary', {}, t('hereBasis')),
    h('ul', {}, ...rows),
    h('p', {}, t('hereChain', { n: integer(answer.cadena.posicion) })),
  );
}
