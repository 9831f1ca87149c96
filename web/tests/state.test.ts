import { describe, expect, it, vi } from 'vitest';
import { decode, encode } from '../src/address';
import type { LayerInfo, MapInfo } from '../src/model';
import { addressOf, stateOf, Store } from '../src/state';

const layer = (name: string, more: Partial<LayerInfo>): LayerInfo => ({
  name,
  title: name,
  role: 'thematic',
  visible: false,
  order: 1,
  geometry_type: 'Point',
  minzoom: 0,
  maxzoom: 16,
  demonstration: false,
  feature_count: 1,
  without_geometry: 0,
  updated_at: null,
  notice: '',
  label: '',
  legend: [],
  fields: [],
  ...more,
});

const info = {
  sectors: [
    {
      code: 's',
      label: 'S',
      layers: [
        layer('base', { role: 'base' }),
        layer('shown', { visible: true }),
        layer('hidden', {}),
        layer('table', { geometry_type: null }),
      ],
    },
  ],
} as unknown as MapInfo;

const on = (search: string): string[] =>
  [...stateOf(decode(search), info).choices].filter(([, c]) => c.on).map(([name]) => name);

describe('what is on the map', () => {
  it('is as declared when the address says nothing', () => {
    expect(on('')).toEqual(['base', 'shown']);
  });

  it('is what the address says, and the base map unless it is taken off', () => {
    expect(on('?capas=hidden')).toEqual(['base', 'hidden']);
    expect(on('?capas=-base')).toEqual([]);
    expect(on('?capas=nothing_like_it')).toEqual(['base']);
  });

  it('goes back into the address only where it differs from the declared', () => {
    const back = (search: string) => encode(addressOf(stateOf(decode(search), info), info));
    expect(back('')).toBe('');
    expect(back('?capas=shown')).toBe('');
    expect(back('?capas=hidden:50,-base')).toBe('?capas=-base,hidden:50');
    expect(back('?capas=')).toBe('?capas=');
  });

  it('tells listeners once, and only of what changed', () => {
    const store = new Store(stateOf(decode(''), info));
    const heard = vi.fn();
    store.subscribe(heard);
    store.choose('hidden', { on: true });
    store.update({ selection: null }, 'user');
    expect(heard).toHaveBeenCalledTimes(1);
    expect(heard.mock.calls[0]?.[1]).toEqual(new Set(['choices']));
    expect(store.state.choices.get('hidden')).toEqual({ on: true, opacity: 1 });
  });
});
