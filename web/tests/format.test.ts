import { describe, expect, it } from 'vitest';
import { contrast, readable } from '../src/color';
import { dayOf, featureTitle, instant, unit, value } from '../src/format';
import { areaOf, boundsOf, centreOf } from '../src/geometry';
import { count, t } from '../src/messages';
import { faded } from '../src/map/style';
import type { FieldInfo, LayerInfo } from '../src/model';

const field = (more: Partial<FieldInfo>): FieldInfo => ({ name: 'x', label: 'X', kind: 'text', ...more });

describe('values as people read them', () => {
  it('says the label, never the code', () => {
    expect(value(field({ codes: { alta: 'Alta' } }), 'alta')).toBe('Alta');
    expect(value(field({ codes: { 1: 'Uno' } }), 1)).toBe('Uno');
  });

  it('says that there is nothing', () => {
    for (const raw of [null, undefined, '']) expect(value(field({}), raw)).toBe('Sin dato');
  });

  it('writes numbers with decimal comma and unit', () => {
    expect(value(field({ kind: 'number', unit: 'm2' }), 12345.5)).toBe('12.345,5 m²');
    expect(value(field({ kind: 'integer', name: 'anio' }), 2024)).toBe('2024');
    expect(unit('{personas}')).toBe('personas');
  });

  it('writes dates by day first, on the clock of Colombia', () => {
    expect(value(field({ kind: 'date' }), '2026-03-09')).toBe('09/03/2026');
    expect(instant('2026-03-09T02:30:00Z')).toBe('08/03/2026 21:30');
    expect(dayOf('2026-03-09T02:30:00Z')).toBe('08/03/2026');
    expect(value(field({ kind: 'boolean' }), false)).toBe('No');
  });

  it('calls a feature by its label field, else by its id', () => {
    const layer = { label: 'tipo', fields: [field({ name: 'tipo', codes: { a: 'Tipo A' } })] };
    const named = layer as unknown as LayerInfo;
    expect(featureTitle(named, { id: '7', properties: { tipo: 'a' } })).toBe('Tipo A');
    expect(featureTitle(named, { id: '7', properties: {} })).toBe('7');
  });

  it('counts in good Spanish', () => {
    expect(count('count', 1)).toBe('1 elemento');
    expect(count('count', 12_345)).toBe('12.345 elementos');
    expect(t('percent', { n: 5 })).toBe('5 %');
  });
});

describe('colours', () => {
  it('are darkened until they read on white', () => {
    expect(readable('#00653b')).toBe('#00653b');
    for (const pale of ['#f3d03e', '#ffffff', '#069169', 'nonsense']) {
      expect(contrast(readable(pale), '#ffffff')).toBeGreaterThanOrEqual(4.5);
    }
  });
});

describe('opacity', () => {
  it('scales numbers, expressions and the outputs of zoom curves', () => {
    expect(faded(0.8, 0.5)).toBe(0.4);
    expect(faded(['get', 'o'], 0.5)).toEqual(['*', ['get', 'o'], 0.5]);
    expect(faded(['interpolate', ['linear'], ['zoom'], 10, 0.4, 14, 1], 0.5)).toEqual([
      'interpolate',
      ['linear'],
      ['zoom'],
      10,
      0.2,
      14,
      0.5,
    ]);
    expect(faded(['step', ['zoom'], 0.2, 12, 1], 0.5)).toEqual(['step', ['zoom'], 0.1, 12, 0.5]);
  });
});

describe('geometry', () => {
  const ring = [
    [0, 0],
    [4, 0],
    [4, 1],
    [1, 1],
    [1, 4],
    [0, 4],
    [0, 0],
  ];

  it('boxes any geometry', () => {
    const multi = { type: 'MultiPolygon' as const, coordinates: [[ring]] };
    expect(boundsOf(multi)).toEqual([0, 0, 4, 4]);
    expect(boundsOf({ type: 'GeometryCollection', geometries: [] })).toBeNull();
  });

  it('finds a point inside an area that bends, and within the view', () => {
    const [x = -1, y = -1] = centreOf(ring, [-9, -9, 9, 9]) ?? [];
    expect(x < 1 || y < 1).toBe(true);
    expect(centreOf(ring, [2, 2, 9, 9])).toBeNull();
    expect(centreOf(ring, [3, -1, 9, 9])?.[0]).toBeGreaterThan(3);
    expect(areaOf(ring)).toBe(7);
  });
});
