/** What the map is made of, and what the page says where it cannot be drawn. */
import type { StyleSpecification } from 'maplibre-gl';
import { getJson } from './api';
import { byId, h, icon, replace } from './dom';
import { t } from './messages';
import { announce } from './ui/status';

export class EngineFailure extends Error {}

export type MapParts = Promise<[StyleSpecification, typeof import('./map')]>;

/** Begins to fetch what the map is made of while the page around it is being built. */
export function prepareMap(): MapParts {
  const engine = import('./map').catch((error: unknown) => {
    throw new EngineFailure(String(error));
  });
  const parts = Promise.all([getJson<StyleSpecification>('/api/styles'), engine]);
  // Whoever waits for it says what failed; nobody may be waiting yet.
  parts.catch(() => undefined);
  return parts;
}

/** Says why there is no map, and offers to try `again`. */
export function mapFailed(error: unknown, again: () => void): void {
  const text = error instanceof EngineFailure ? t('engineFailed') : t('styleFailed');
  const message = byId('map-message');
  message.hidden = false;
  const retry = h('button', { type: 'button', class: 'button', onclick: again }, t('retry'));
  replace(message, h('div', { class: 'card' }, icon('warning'), h('p', {}, text), retry));
  announce(text);
}

/** Says that this browser draws no map; lists and answers go on. */
export function withoutMap(): void {
  const words = [h('h2', {}, t('noWebgl')), h('p', {}, t('noWebglText'))];
  replace(byId('map-message'), h('div', { class: 'card' }, icon('warning'), ...words));
  byId('map-message').hidden = false;
  document.body.classList.add('no-map');
  announce(`${t('noWebgl')}. ${t('noWebglText')}`);
}

export function hasWebgl(): boolean {
  try {
    return document.createElement('canvas').getContext('webgl2') !== null;
  } catch {
    return false;
  }
}

export function nextPaint(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
}
