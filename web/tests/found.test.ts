import { describe, expect, it } from 'vitest';
import { cautionOf, targetOf } from '../src/found';
import type { SearchResult } from '../src/model';

const result = (more: Partial<SearchResult>): SearchResult => ({
  tipo: 'via',
  clase: 'Vía',
  etiqueta: 'Calle 5',
  contexto: '',
  posicion: [-75.23, 4.44],
  ...more,
});

describe('what was found', () => {
  it('says that a street is one point of it, and how far off', () => {
    const caution = cautionOf(result({ hallado: 'Vía, sin saber en qué parte', error_m: 263 }));
    expect(caution).toContain('un solo punto de «Calle 5» (Vía, sin saber en qué parte)');
    expect(caution).toContain('263 m');
  });

  it('says nothing of a place that is near enough', () => {
    expect(cautionOf(result({ error_m: 17 }))).toBe('');
  });

  it('says what contradicts it, also where it is near', () => {
    const told = cautionOf(result({ error_m: 17, advertencias: ['No queda en Gaitán'] }));
    expect(told).toBe('No queda en Gaitán.');
  });

  it('leads to the place with its caution', () => {
    const target = targetOf(result({ error_m: 900, capa: 'malla_vial', elemento: 'C5-1' }));
    expect(target).toMatchObject({ to: 'place', place: [-75.23, 4.44, 900] });
    expect(target.to === 'place' && target.caution).toContain('900 m');
  });

  it('leads to the feature where nobody knows its place', () => {
    const { posicion, ...nowhere } = result({ capa: 'kioscos', elemento: 'KVD-16' });
    expect(posicion).toBeDefined();
    expect(targetOf(nowhere)).toEqual({ to: 'feature', selection: { layer: 'kioscos', id: 'KVD-16' } });
  });

  it('leads to a dataset or to a layer', () => {
    const { posicion: _, ...named } = result({});
    expect(targetOf({ ...named, conjunto: 'a b' })).toEqual({ to: 'dataset', address: '/datos/a%20b' });
    expect(targetOf({ ...named, capa: 'barrios' })).toEqual({ to: 'layer', name: 'barrios' });
  });
});
