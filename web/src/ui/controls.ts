/** Buttons over the map. Where somebody is, is asked only when they press for it. */
import { byId, h, icon, type IconName, replace } from '../dom';
import { t } from '../messages';
import type { EntityInfo, Position } from '../model';
import type { LiveMap } from '../map';
import { toast } from './status';

export function showControls(map: LiveMap, entity: EntityInfo, ask: (place: Position, own: boolean) => void): void {
  const locating = button('locate', t('locate'), () => locate(map, entity, locating, ask));
  replace(
    byId('controls'),
    h(
      'div',
      { class: 'controls__group' },
      button('plus', t('zoomIn'), () => map.zoom(1)),
      button('minus', t('zoomOut'), () => map.zoom(-1)),
    ),
    h(
      'div',
      { class: 'controls__group' },
      button('home', t('home'), () => map.home()),
      button('info', t('hereCentre'), () => ask(map.centre, false)),
      'geolocation' in navigator ? locating : null,
    ),
  );
}

function button(name: IconName, label: string, onclick: () => void): HTMLButtonElement {
  return h('button', { type: 'button', class: 'control', 'aria-label': label, title: label, onclick }, icon(name));
}

function locate(
  map: LiveMap,
  entity: EntityInfo,
  button: HTMLButtonElement,
  ask: (place: Position, own: boolean) => void,
): void {
  button.setAttribute('aria-busy', 'true');
  toast(t('locating'));
  navigator.geolocation.getCurrentPosition(
    ({ coords: { latitude, longitude, accuracy } }) => {
      button.removeAttribute('aria-busy');
      const [west, south, east, north] = entity.extent;
      const outside = longitude < west || longitude > east || latitude < south || latitude > north;
      if (outside) return toast(t('locatedOutside'));
      map.showHere(longitude, latitude, h('div', { class: 'here', role: 'img', 'aria-label': t('youAreHere') }));
      toast(t('located', { metres: Math.round(accuracy) }));
      ask([longitude, latitude], true);
    },
    (error) => {
      button.removeAttribute('aria-busy');
      toast(t(error.code === error.PERMISSION_DENIED ? 'locateDenied' : 'locateFailed'));
    },
    { enableHighAccuracy: true, timeout: 15_000, maximumAge: 60_000 },
  );
}
