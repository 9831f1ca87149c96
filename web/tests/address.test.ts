import { describe, expect, it } from 'vitest';
import { decode, encode, type Address } from '../src/address';

const choice = (on: boolean, opacity = 1) => ({ on, opacity });

describe('the address bar', () => {
  it('gives back what was put into it', () => {
    const address: Address = {
      view: { lat: 4.4389, lon: -75.2322, zoom: 12.5 },
      choices: new Map([
        ['zonas_wifi', choice(true)],
        ['zonas_amenaza', choice(true, 0.6)],
        ['malla_vial', choice(false)],
      ]),
      selection: { layer: 'malla_vial', id: 'a/b~c?d&e=ñ 1' },
    };
    expect(decode(encode(address))).toEqual(address);
  });

  it('can be read by a person', () => {
    const choices = new Map([
      ['a', choice(true)],
      ['b', choice(true, 0.6)],
      ['c', choice(false)],
    ]);
    const view = { lat: 4.4389, lon: -75.2322, zoom: 12.5 };
    expect(encode({ view, choices, selection: { layer: 'a', id: '7' } })).toBe(
      '?lat=4.43890&lon=-75.23220&z=12.5&capas=a,b:60,-c&sel=a/7',
    );
  });

  it('tells the place asked about', () => {
    const asked = { view: null, choices: null, selection: null, place: [-75.2257, 4.4106] as [number, number] };
    expect(encode(asked)).toBe('?lugar=-75.22570,4.41060');
    expect(decode('?lugar=-75.2,4.4,263').place).toEqual([-75.2, 4.4, 263]);
    expect(encode({ ...asked, place: [-75.2, 4.4, 263.4] })).toBe('?lugar=-75.20000,4.40000,263');
    expect(decode(encode(asked))).toEqual(asked);
    for (const wrong of ['?lugar=', '?lugar=4', '?lugar=a,b', '?lugar=-75,4,-1', '?lugar=-75,4,1,2', '?lugar=-75,99']) {
      expect(decode(wrong).place).toBeNull();
    }
  });

  it('is empty when there is nothing to say', () => {
    expect(encode({ view: null, choices: null, selection: null })).toBe('');
    expect(decode('')).toEqual({ view: null, choices: null, selection: null });
  });

  it('tells no layers at all from nothing said about layers', () => {
    expect(decode('?capas=').choices).toEqual(new Map());
    expect(decode('?z=3').choices).toBeNull();
  });

  it.each([
    '?lat=x&lon=1',
    '?lat=91&lon=1',
    '?lat=4',
    '?lat=&lon=',
    '?lat=NaN&lon=Infinity',
  ])('ignores a view that is none: %s', (search) => {
    expect(decode(search).view).toBeNull();
  });

  it.each(['?sel=', '?sel=a', '?sel=/1', '?sel=a/', '?sel=<b>/1'])(
    'ignores a selection that is none: %s',
    (search) => {
      expect(decode(search).selection).toBeNull();
    },
  );

  it('drops names no layer can have and keeps numbers within limits', () => {
    const { choices, view } = decode('?capas=<x>,a:900,b:-3,c:zz&lat=4&lon=-75&z=99');
    expect([...(choices ?? [])]).toEqual([
      ['a', choice(true, 1)],
      ['b', choice(true, 0)],
      ['c', choice(true, 1)],
    ]);
    expect(view?.zoom).toBe(22);
  });
});
