/** The view in the address bar: `?lat=&lon=&z=&capas=a,b:60,-c&sel=layer/id&lugar=lon,lat`.
 *
 * `capas` names what differs from nothing: a thematic layer that is on, with its opacity in
 * percent after a colon when it is not full, and after a minus sign a base layer that is off.
 * An absent `capas` means "as the layers are declared"; an empty one means none. `lugar` is the
 * place asked about, and third how many metres from it what is meant may be.
 */
import type { Place, Selection } from './model';

export interface View {
  lat: number;
  lon: number;
  zoom: number;
}

export interface Choice {
  on: boolean;
  /** 0 to 1. */
  opacity: number;
}

export interface Address {
  view: View | null;
  choices: ReadonlyMap<string, Choice> | null;
  selection: Selection | null;
  place?: Place | null;
}

const NAME = /^[a-z][a-z0-9_]{0,58}$/;

export function decode(search: string): Address {
  const params = new URLSearchParams(search);
  return {
    view: decodeView(params),
    choices: params.has('capas') ? decodeChoices(params.get('capas') ?? '') : null,
    selection: decodeSelection(params.get('sel')),
    ...(params.has('lugar') ? { place: decodePlace(params.get('lugar') ?? '') } : {}),
  };
}

export function encode(address: Address): string {
  const parts: string[] = [];
  const { view, choices, selection } = address;
  if (view) {
    parts.push(`lat=${view.lat.toFixed(5)}`, `lon=${view.lon.toFixed(5)}`);
    parts.push(`z=${Number(view.zoom.toFixed(2))}`);
  }
  if (choices) parts.push(`capas=${encodeChoices(choices)}`);
  if (selection) parts.push(`sel=${selection.layer}/${encodeURIComponent(selection.id)}`);
  if (address.place) parts.push(`lugar=${encodePlace(address.place)}`);
  return parts.length ? `?${parts.join('&')}` : '';
}

function decodeView(params: URLSearchParams): View | null {
  const lat = number(params.get('lat'));
  const lon = number(params.get('lon'));
  if (lat === null || lon === null || Math.abs(lat) > 85 || Math.abs(lon) > 180) return null;
  const zoom = number(params.get('z')) ?? 13;
  return { lat, lon, zoom: Math.min(Math.max(zoom, 0), 22) };
}

function number(text: string | null): number | null {
  if (text === null || text.trim() === '') return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function decodeChoices(text: string): Map<string, Choice> {
  const choices = new Map<string, Choice>();
  for (const item of text.split(',')) {
    const off = item.startsWith('-');
    const [name = '', percent] = (off ? item.slice(1) : item).split(':');
    if (!NAME.test(name)) continue;
    const opacity = number(percent ?? null) ?? 100;
    choices.set(name, { on: !off, opacity: Math.min(Math.max(opacity, 0), 100) / 100 });
  }
  return choices;
}

function encodeChoices(choices: ReadonlyMap<string, Choice>): string {
  return [...choices]
    .map(([name, { on, opacity }]) => {
      const percent = Math.round(opacity * 100);
      return `${on ? '' : '-'}${name}${percent === 100 ? '' : `:${percent}`}`;
    })
    .join(',');
}

function encodePlace([lon, lat, error]: Place): string {
  return [lon.toFixed(5), lat.toFixed(5), ...(error ? [error.toFixed(0)] : [])].join(',');
}

function decodePlace(text: string): Place | null {
  const [lon = null, lat = null, error = 0, ...more] = text.split(',').map(number);
  if (lon === null || lat === null || error === null || more.length) return null;
  if (Math.abs(lat) > 85 || Math.abs(lon) > 180 || error < 0) return null;
  return error ? [lon, lat, error] : [lon, lat];
}

function decodeSelection(text: string | null): Selection | null {
  const cut = text?.indexOf('/') ?? -1;
  if (!text || cut < 1 || cut === text.length - 1) return null;
  const layer = text.slice(0, cut);
  return NAME.test(layer) ? { layer, id: text.slice(cut + 1) } : null;
}
