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
export function ownerOf(layer: { metadata?: Json }): string | null {
  const metadata = layer.metadata as Record<string, Json> | undefined;
  const name = metadata?.['sig:layer'];
  return typeof name === 'string' ? name : null;
}

export function prepare(
  style: StyleSpecification,
  layers: ReadonlyMap<string, LayerInfo>,
  choices: ReadonlyMap<string, Choice>,
): StyleSpecification {
  const drawn = style.layers.map((layer) => shaped(lettered(layer), layers));
  const ready = drawn.map((layer) => {
    const owner = ownerOf(layer);
    const choice = owner ? choices.get(owner) : undefined;
    if (!choice) return layer;
    const visibility = choice.on ? 'visible' : 'none';
    const layout = { ...('layout' in layer ? layer.layout : {}), visibility };
    const paint: Record<string, Json> = { ...('paint' in layer ? layer.paint : {}) };
    for (const fading of fadings(layer)) paint[fading.property] = faded(fading.value, choice.opacity);
    return { ...layer, layout, paint } as LayerSpecification;
  });
  if (!ready.some((layer) => layer.type === 'background')) {
    ready.unshift({ id: 'sig-ground', type: 'background', paint: { 'background-color': GROUND } });
  }
  return { ...style, layers: ready, transition: { duration: 150, delay: 0 } };
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

function lettered(layer: LayerSpecification): LayerSpecification {
  if (layer.type !== 'symbol' || !layer.layout?.['text-field']) return layer;
  const asked = JSON.stringify(layer.layout['text-font'] ?? '');
  const font = /bold/i.test(asked) ? FONT_STRONG : FONT;
  return { ...layer, layout: { ...layer.layout, 'text-font': font } };
}

/** Points coloured by code also get a shape by code, so that colour is never the only cue. */
function shaped(
  layer: LayerSpecification,
  layers: ReadonlyMap<string, LayerInfo>,
): LayerSpecification {
  const info = layers.get(ownerOf(layer) ?? '');
  const color = layer.type === 'circle' ? layer.paint?.['circle-color'] : undefined;
  if (layer.type !== 'circle' || !info?.by || !Array.isArray(color) || info.legend.length < 2) {
    return layer;
  }
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

export const selectionLayers = (color: string): LayerSpecification[] => {
  const source = 'sig-selection';
  const of = (...types: string[]): never => ['in', ['geometry-type'], ['literal', types]] as never;
  const lines = of('LineString', 'MultiLineString', 'Polygon', 'MultiPolygon');
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
  return [
    {
      id: 'sig-selection-fill',
      type: 'fill',
      source,
      filter: of('Polygon', 'MultiPolygon'),
      paint: { 'fill-color': color, 'fill-opacity': 0.12 },
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
