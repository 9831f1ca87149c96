/** Asking the server. One failure type; the caller decides what to say. */
import type { Bounds, Feature, FeaturePage, MapInfo, Place, PlaceAnswer, SearchPage } from './model';

export class ApiFailure extends Error {
  /** 0 when no answer came. */
  constructor(
    readonly status: number,
    address: string,
  ) {
    super(`${status || 'no answer'}: ${address}`);
  }
}

const TIMEOUT_MS = 20_000;

export async function getJson<T>(address: string, signal?: AbortSignal): Promise<T> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(address, {
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiFailure(0, address);
  }
  if (!response.ok) throw new ApiFailure(response.status, address);
  try {
    return (await response.json()) as T;
  } catch {
    throw new ApiFailure(0, address);
  }
}

/** Who is logged in: nulls for the public. */
export interface Session {
  name: string | null;
  title: string | null;
}

export const getSession = (): Promise<Session> => getJson<Session>('/cuenta/sesion');

export const getMapInfo = (): Promise<MapInfo> => getJson<MapInfo>('/api/map');

const items = (layer: string): string => `/api/collections/${layer}/items`;

export function itemAddress(layer: string, id: string): string {
  return `${items(layer)}/${encodeURIComponent(id)}`;
}

export function getItem(layer: string, id: string, signal?: AbortSignal): Promise<Feature> {
  return getJson<Feature>(`${itemAddress(layer, id)}?f=json`, signal);
}

export function getInView(
  layer: string,
  bounds: Bounds,
  limit: number,
  signal?: AbortSignal,
): Promise<FeaturePage> {
  const box = bounds.map((degree) => degree.toFixed(6)).join(',');
  return getJson<FeaturePage>(`${items(layer)}?f=json&limit=${limit}&bbox=${box}`, signal);
}

export function getPage(layer: string, limit: number, signal?: AbortSignal): Promise<FeaturePage> {
  return getJson<FeaturePage>(`${items(layer)}?f=json&limit=${limit}`, signal);
}

/** A place as its addresses write it; about a metre. */
const placed = ([lon, lat, error]: Place): string =>
  `lat=${lat.toFixed(5)}&lon=${lon.toFixed(5)}${error ? `&error_m=${Math.round(error)}` : ''}`;

/** Where the answer about a place is: a page, or in form `f`. */
export function placeAddress(place: Place, f = ''): string {
  return `/lugar?${placed(place)}${f ? `&f=${f}` : ''}`;
}

export function getPlace(place: Place, signal?: AbortSignal): Promise<PlaceAnswer> {
  return getJson<PlaceAnswer>(placeAddress(place, 'json'), signal);
}

export function getSearch(text: string, signal?: AbortSignal): Promise<SearchPage> {
  return getJson<SearchPage>(`/api/search?limit=10&q=${encodeURIComponent(text)}`, signal);
}

/** The next page on our own origin, whatever public address the server knows itself by. */
export function nextAddress(page: FeaturePage): string | null {
  const href = page.links?.find((link) => link.rel === 'next')?.href;
  if (!href) return null;
  const url = new URL(href, location.href);
  return url.pathname + url.search;
}
