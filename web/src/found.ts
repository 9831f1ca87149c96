/** What somebody chose in the search box: where it leads, and what must be said of it. */
import { integer, t } from './messages';
import type { Place, SearchResult, Selection } from './model';

/** Metres of doubt beyond which a place found may be in another zone than the one meant. */
const FAR_M = 60;

export type Target =
  | { to: 'place'; place: Place; caution: string }
  | { to: 'feature'; selection: Selection }
  | { to: 'dataset'; address: string }
  | { to: 'layer'; name: string };

export function targetOf(result: SearchResult): Target {
  if (result.posicion) {
    return { to: 'place', place: [...result.posicion, result.error_m ?? 0], caution: cautionOf(result) };
  }
  if (result.conjunto) return { to: 'dataset', address: `/datos/${encodeURIComponent(result.conjunto)}` };
  const layer = result.capa ?? '';
  if (result.elemento) return { to: 'feature', selection: { layer, id: result.elemento } };
  return { to: 'layer', name: layer };
}

/** What is against a place found, and that it is one point of something larger. */
export function cautionOf(result: SearchResult): string {
  const metres = Math.round(result.error_m ?? 0);
  const told = (result.advertencias ?? []).map((warning) => `${warning}.`);
  if (metres > FAR_M) {
    const what = result.hallado ?? result.clase;
    told.push(t('hereCaution', { text: result.etiqueta, what, n: integer(metres) }));
  }
  return told.join(' ');
}
