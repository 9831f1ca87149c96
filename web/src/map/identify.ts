/** What is drawn around a point of the screen, each feature once, nearest the eye first. */
import type { Map as MapLibre, MapGeoJSONFeature, PointLike } from 'maplibre-gl';
import { featureTitle } from '../format';
import type { Hit, LayerInfo } from '../model';
import { ownerOf } from './style';

export function identify(
  map: MapLibre,
  point: { x: number; y: number },
  reach: number,
  layers: ReadonlyMap<string, LayerInfo>,
): Hit[] {
  const box: [PointLike, PointLike] = [
    [point.x - reach, point.y - reach],
    [point.x + reach, point.y + reach],
  ];
  const exact = hitsOf(map.queryRenderedFeatures([point.x, point.y]), layers);
  const near = hitsOf(map.queryRenderedFeatures(box), layers);
  // An area is only meant when it is under the point itself; a point or line may be missed a bit.
  const small = near.filter((hit) => {
    const layer = layers.get(hit.layer)!;
    return layer.role !== 'base' && !/Polygon/.test(layer.geometry_type ?? '');
  });
  return ordered(firstOfBase(together(unique([...exact, ...small])), layers), layers);
}

/** How many different features the thematic layers show now. */
export function visibleCount(map: MapLibre, layers: ReadonlyMap<string, LayerInfo>): number {
  return hitsOf(map.queryRenderedFeatures(), layers)
    .filter((hit) => layers.get(hit.layer)?.role !== 'base')
    .reduce((sum, hit) => sum + hit.count, 0);
}

/** The layers that show merged features now. */
export function mergedNow(map: MapLibre, layers: ReadonlyMap<string, LayerInfo>): Set<string> {
  const merged = map.queryRenderedFeatures({ filter: ['has', 'cantidad'] });
  const names = merged.map((feature) => ownerOf(feature.layer) ?? '');
  return new Set(names.filter((name) => layers.has(name)));
}

/** Of each base layer the nearest feature will do: nobody asks for ten streets at once. */
function firstOfBase(hits: Hit[], layers: ReadonlyMap<string, LayerInfo>): Hit[] {
  const seen = new Set<string>();
  return hits.filter((hit) => {
    if (layers.get(hit.layer)?.role !== 'base') return true;
    return !seen.has(hit.layer) && seen.add(hit.layer);
  });
}

function hitsOf(features: MapGeoJSONFeature[], layers: ReadonlyMap<string, LayerInfo>): Hit[] {
  const hits: Hit[] = [];
  for (const feature of features) {
    const layer = layers.get(ownerOf(feature.layer) ?? '');
    if (layer) hits.push(hitOf(layer, feature));
  }
  return unique(hits);
}

function hitOf(layer: LayerInfo, feature: MapGeoJSONFeature): Hit {
  const properties = feature.properties;
  const id = properties['_id'];
  const count = Number(properties['cantidad'] ?? 1) || 1;
  const named = layer.label && properties[layer.label] !== undefined;
  return {
    layer: layer.name,
    id: id === undefined || count > 1 ? null : String(id),
    code: layer.by ? String(properties[layer.by] ?? '') : '',
    title: named ? featureTitle(layer, { id: String(id), properties }) : String(id ?? ''),
    count,
    place: id === undefined || count > 1 ? placeOf(feature) : '',
  };
}

/** Of what is merged there is only to say how much: once for each layer. */
export function together(hits: Hit[]): Hit[] {
  const merged = new Map<string, Hit>();
  const told: Hit[] = [];
  for (const hit of hits) {
    const other = merged.get(hit.layer);
    if (hit.id === null && other) {
      other.count += hit.count;
      if (other.code !== hit.code) other.code = '';
      continue;
    }
    const own = { ...hit };
    if (hit.id === null) merged.set(hit.layer, own);
    told.push(own);
  }
  return told;
}

/** Tells merged features apart, which have no identifier: where each begins, and what it is of. */
function placeOf(feature: MapGeoJSONFeature): string {
  let at: unknown = 'coordinates' in feature.geometry ? feature.geometry.coordinates : [];
  while (Array.isArray(at) && Array.isArray(at[0])) at = at[0];
  return JSON.stringify([at, feature.properties]);
}

function unique(hits: Hit[]): Hit[] {
  const seen = new Map<string, Hit>();
  for (const hit of hits) {
    const key = `${hit.layer}/${hit.id ?? hit.place}`;
    if (!seen.has(key)) seen.set(key, hit);
  }
  return [...seen.values()];
}

/** Thematic before base; points before lines before areas; then as drawn. */
function ordered(hits: Hit[], layers: ReadonlyMap<string, LayerInfo>): Hit[] {
  const rank = (hit: Hit): number => {
    const layer = layers.get(hit.layer)!;
    const type = layer.geometry_type ?? '';
    const dimension = type.includes('Point') ? 0 : type.includes('Line') ? 1 : 2;
    return (layer.role === 'base' ? 10 : 0) + dimension;
  };
  const order = (hit: Hit): number => layers.get(hit.layer)!.order;
  return hits
    .map((hit, at) => ({ hit, at }))
    .sort((a, b) => rank(a.hit) - rank(b.hit) || order(b.hit) - order(a.hit) || a.at - b.at)
    .map(({ hit }) => hit);
}
