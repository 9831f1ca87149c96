import type { Map as MapLibre, MapGeoJSONFeature } from 'maplibre-gl';
import { describe, expect, it } from 'vitest';
import { together, visibleCount } from '../src/map/identify';
import type { FeaturePage, Hit, LayerInfo } from '../src/model';
import { inView, shownCount } from '../src/ui/list';

const next = [{ rel: 'next', href: 'http://x/y?token=1' }];
const page = (more: Partial<FeaturePage>): FeaturePage => ({ type: 'FeatureCollection', features: [], ...more }) as FeaturePage;

describe('how many there are', () => {
  it('is never said to be what one page holds', () => {
    onAPage();
    expect(shownCount(50, page({ links: next }))).toBe('más de 50 elementos');
    expect(shownCount(50, page({ links: next, numberMatched: 2025 }))).toBe('2.025 elementos');
    expect(shownCount(3, page({}))).toBe('3 elementos');
    expect(inView(52, false)).toBe('Más de 52 elementos en la vista');
    expect(inView(1, true)).toBe('1 elemento en la vista');
  });

  it('counts each merged feature, and each drawn twice once', () => {
    const merged = (lon: number): MapGeoJSONFeature =>
      ({
        layer: { metadata: { 'sig:layer': 'a' } },
        properties: { cantidad: 2 },
        geometry: { type: 'Point', coordinates: [lon, 4] },
      }) as unknown as MapGeoJSONFeature;
    const map = { queryRenderedFeatures: () => [merged(1), merged(2), merged(2)] } as unknown as MapLibre;
    const layers = new Map([['a', { name: 'a', role: 'thematic', geometry_type: 'Point' } as LayerInfo]]);
    expect(visibleCount(map, layers)).toBe(4);
  });

  it('says what is merged once for each layer', () => {
    const hit = (more: Partial<Hit>): Hit => ({ layer: 'a', id: null, title: '', count: 2, place: '', code: 'x', ...more });
    const told = together([hit({}), hit({ id: '7', count: 1 }), hit({ count: 3 }), hit({ layer: 'b', code: 'y' })]);
    expect(told.map((one) => [one.layer, one.id, one.count])).toEqual([['a', null, 5], ['a', '7', 1], ['b', null, 2]]);
  });
});

function onAPage(): void {
  (globalThis as { location?: unknown }).location = { href: 'http://x/' };
}
