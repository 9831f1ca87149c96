/** The server's style made ready for the page: our font, the chosen layers, readable shapes. */
import type {
  CircleLayerSpecification,
  LayerSpecification,
  StyleSpecification,
  SymbolLayerSpecification,
} from 'maplibre-gl';
import type { Choice } from '../address';
import { darker } from '../color';
import type { LayerInfo } from '../model';
import { type AreaLabel, labelSource } from './labels';

export const FONT = ['Work Sans Medium'];
export const FONT_STRONG = ['Work Sans SemiBold'];
export const GROUND = '#e7ecef';

type Json = unknown;
const OPACITIES: Partial<Record<LayerSpecification['type'], readonly string[]>> = {
  fill: ['fill-opacity'],
  line: ['line-opacity'],
  circle: ['circle-opacity', 'circle-stroke-opacity'],
  symbol: ['icon-opacity', 'text-opacity'],
};

export interface Fading {
  id: string;
  property: string;
  value: Json;
}

/** The declared layer a style layer draws, if any. */
export const ownerOf = (layer: { metadata?: Json }): string | null => noted(layer, 'sig:layer');

/** Which part of it: fill, outline, point, reach, label, … */
const partOf = (layer: { metadata?: Json }): string | null => noted(layer, 'sig:part');

function noted(layer: { metadata?: Json }, key: string): string | null {
  const value = (layer.metadata as Record<string, Json> | undefined)?.[key];
  return typeof value === 'string' ? value : null;
}

/** The whole style, every layer shown in full. */
export function prepare(
  style: StyleSpecification,
  layers: ReadonlyMap<string, LayerInfo>,
): StyleSpecification {
  const wanted = style.layers.filter((layer) => !namesTheWhole(layer, layers));
  const drawn = wanted.map((layer) => gathered(shaped(lettered(layer, layers), layers), layers));
  const ready = drawn.map((layer) => chosen(layer, { on: true, opacity: 1 }));
  if (!ready.some((layer) => layer.type === 'background')) {
    ready.unshift({ id: 'sig-ground', type: 'background', paint: { 'background-color': GROUND } });
  }
  const sources = { ...style.sources };
  for (const { layer } of areaLabels(style, layers)) {
    sources[layer.source] = { type: 'geojson', data: { type: 'FeatureCollection', features: [] } };
  }
  return { ...style, sources, layers: ready, transition: { duration: 150, delay: 0 } };
}

/** The names of areas, which are written once each instead of once per tile. */
export function areaLabels(
  style: StyleSpecification,
  layers: ReadonlyMap<string, LayerInfo>,
): AreaLabel[] {
  return style.layers.flatMap((layer) => {
    const own = gathered(layer, layers);
    if (own === layer || layer.type !== 'symbol' || namesTheWhole(layer, layers)) return [];
    const { source, 'source-layer': sourceLayer = '' } = layer;
    return [{ layer: own as SymbolLayerSpecification, source, sourceLayer }];
  });
}

function gathered(
  layer: LayerSpecification,
  layers: ReadonlyMap<string, LayerInfo>,
): LayerSpecification {
  const owner = ownerOf(layer) ?? '';
  const area = /Polygon/.test(layers.get(owner)?.geometry_type ?? '');
  if (!area || layer.type !== 'symbol' || !layer.layout?.['text-field']) return layer;
  const { 'source-layer': _, ...rest } = layer;
  return { ...rest, source: labelSource(owner) };
}

/** What is on, and nothing else: what is off costs no request until it is switched on. */
export function onlyChosen(
  style: StyleSpecification,
  choices: ReadonlyMap<string, Choice>,
): StyleSpecification {
  const layers = style.layers.flatMap((layer) => {
    const choice = choices.get(ownerOf(layer) ?? '');
    return choice ? (choice.on ? [chosen(layer, choice)] : []) : [layer];
  });
  const used = new Set(layers.map((layer) => ('source' in layer ? layer.source : '')));
  const sources = Object.entries(style.sources).filter(([name]) => used.has(name));
  return { ...style, layers, sources: Object.fromEntries(sources) };
}

export function chosen(layer: LayerSpecification, { on, opacity }: Choice): LayerSpecification {
  const visibility = on ? 'visible' : 'none';
  const layout = { ...('layout' in layer ? layer.layout : {}), visibility };
  const paint: Record<string, Json> = { ...('paint' in layer ? layer.paint : {}) };
  for (const fading of fadings(layer)) {
    if (opacity < 1) paint[fading.property] = faded(fading.value, opacity);
  }
  return { ...layer, layout, paint } as LayerSpecification;
}

/** The opacity properties of a style layer with their full value. */
export function fadings(layer: LayerSpecification): Fading[] {
  const paint = ('paint' in layer ? layer.paint : {}) as Record<string, Json> | undefined;
  return (OPACITIES[layer.type] ?? []).map((property) => ({
    id: layer.id,
    property,
    value: paint?.[property] ?? 1,
  }));
}

/** `value` times `share`. Zoom may only stand outermost, so the outputs are scaled instead. */
export function faded(value: Json, share: number): Json {
  if (share >= 1) return value;
  if (typeof value === 'number') return value * share;
  if (!Array.isArray(value)) return value;
  const outputs = value[0] === 'interpolate' ? 4 : value[0] === 'step' ? 2 : null;
  if (outputs === null) return ['*', value, share];
  return value.map((part: Json, at) =>
    at >= outputs && (at - outputs) % 2 === 0 ? faded(part, share) : part,
  );
}

/** The only area of a base layer is what the map is called after: its name would be noise. */
function namesTheWhole(
  layer: LayerSpecification,
  layers: ReadonlyMap<string, LayerInfo>,
): boolean {
  const info = layers.get(ownerOf(layer) ?? '');
  const alone = info?.role === 'base' && info.feature_count === 1;
  return layer.type === 'symbol' && alone && /Polygon/.test(info.geometry_type ?? '');
}

/** Our own font; the base map speaks softly. */
function lettered(
  layer: LayerSpecification,
  layers: ReadonlyMap<string, LayerInfo>,
): LayerSpecification {
  if (layer.type !== 'symbol' || !layer.layout?.['text-field']) return layer;
  const asked = JSON.stringify(layer.layout['text-font'] ?? '');
  const font = /bold/i.test(asked) ? FONT_STRONG : FONT;
  const base = layers.get(ownerOf(layer) ?? '')?.role === 'base';
  const paint = base ? { 'text-color': '#544b3b', 'text-halo-color': '#fdfcf9' } : {};
  return {
    ...layer,
    layout: { ...layer.layout, 'text-font': font },
    paint: { ...layer.paint, ...paint },
  };
}

/** Circles that lie under a point stay circles. */
const UNDER = new Set(['reach', 'many']);

/** Points coloured by code also get a shape by code, so that colour is never the only cue. */
function shaped(
  layer: LayerSpecification,
  layers: ReadonlyMap<string, LayerInfo>,
): LayerSpecification {
  const info = layers.get(ownerOf(layer) ?? '');
  const color = layer.type === 'circle' ? layer.paint?.['circle-color'] : undefined;
  if (layer.type !== 'circle' || UNDER.has(partOf(layer) ?? '') || !info?.by) return layer;
  if (!Array.isArray(color) || info.legend.length < 2) return layer;
  return symbols(layer, info);
}

function symbols(layer: CircleLayerSpecification, info: LayerInfo): SymbolLayerSpecification {
  const cases = info.legend.flatMap((row, position) => [row.code, imageOf(position, row.color)]);
  const image = ['match', ['to-string', ['get', info.by]], ...cases, imageOf(0, '#5b6673')];
  const { paint, type: _type, layout: _layout, ...rest } = layer;
  return {
    ...rest,
    type: 'symbol',
    layout: {
      'icon-image': image as never,
      'icon-size': sized(paint?.['circle-radius']) as never,
      'icon-allow-overlap': true,
      'icon-ignore-placement': true,
    },
    paint: { 'icon-opacity': (paint?.['circle-opacity'] ?? 1) as never },
  };
}

/** Images are drawn for a radius of 7 pixels. */
function sized(radius: Json): Json {
  if (typeof radius === 'number') return Math.max(radius / 7, 0.6);
  return radius === undefined ? 0.85 : faded(radius, 1 / 7);
}

export function imageOf(position: number, color: string): string {
  return `punto-${position}-${color.replace('#', '')}`;
}

/** The lowest of the layers that mark what is selected. */
export const SELECTION = 'sig-selection-fill';

export const selectionLayers = (color: string): LayerSpecification[] => {
  const source = 'sig-selection';
  const of = (...types: string[]): never => ['in', ['geometry-type'], ['literal', types]] as never;
  const lines = of('LineString', 'MultiLineString', 'Polygon', 'MultiPolygon');
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
  return [
    {
      id: SELECTION,
      type: 'fill',
      source,
      filter: of('Polygon', 'MultiPolygon'),
      paint: { 'fill-color': color, 'fill-opacity': 0.07 },
    },
    {
      id: 'sig-selection-halo',
      type: 'line',
      source,
      filter: lines,
      layout: round,
      paint: { 'line-color': '#ffffff', 'line-width': 7, 'line-opacity': 0.9 },
    },
    {
      id: 'sig-selection-line',
      type: 'line',
      source,
      filter: lines,
      layout: round,
      paint: { 'line-color': darker(color, 0.35), 'line-width': 3.2 },
    },
    {
      id: 'sig-selection-ring',
      type: 'circle',
      source,
      filter: of('Point', 'MultiPoint'),
      paint: {
        'circle-radius': 14,
        'circle-color': color,
        'circle-opacity': 0.14,
        'circle-stroke-color': darker(color, 0.35),
        'circle-stroke-width': 3,
      },
    },
  ];
};
