/** Bars around the map: GOV.CO, header, footer, accessibility preferences. */
import { readable } from '../color';
import { byId, h, icon, replace } from '../dom';
import { LANG, type Message, t } from '../messages';
import type { EntityInfo } from '../model';
import { account } from './account';
import { toast } from './status';

const SIZES = [100, 112.5, 125, 150, 200];
const KEY = 'sig-accessibility';

interface Preferences {
  contrast: boolean;
  size: number;
}

export function startShell(): void {
  document.documentElement.lang = LANG;
  // index.html speaks Spanish before this script runs; another catalogue says it otherwise.
  for (const element of document.querySelectorAll<HTMLElement>('[data-t]')) {
    element.textContent = t(element.dataset['t'] as Message);
  }
  const preferences = stored();
  apply(preferences);
  const change = (patch: Partial<Preferences>): void => {
    Object.assign(preferences, patch);
    apply(preferences);
    store(preferences);
  };
  const contrast = h(
    'button',
    {
      type: 'button',
      class: 'tool',
      'aria-pressed': String(preferences.contrast),
      onclick: () => {
        change({ contrast: !preferences.contrast });
        contrast.setAttribute('aria-pressed', String(preferences.contrast));
      },
    },
    icon('contrast'),
    h('span', { class: 'tool__text' }, t('contrast')),
  );
  const resize = (step: number) => () => change({ size: next(preferences.size, step) });
  const bar = byId('accessibility');
  bar.setAttribute('role', 'group');
  bar.setAttribute('aria-label', t('accessibilityBar'));
  const letter = (name: 'smaller' | 'larger', step: number, text: string): HTMLElement =>
    h(
      'button',
      { type: 'button', class: 'tool', title: t(name), onclick: resize(step) },
      text,
      h('span', { class: 'visually-hidden' }, ` ${t(name)}`),
    );
  replace(bar, contrast, letter('smaller', -1, 'A−'), letter('larger', 1, 'A+'));
}

export function showEntity(entity: EntityInfo): void {
  document.documentElement.style.setProperty('--primary', readable(entity.primary_color));
  const title = t('title', { municipality: entity.municipality });
  document.title = `${title} · ${entity.name}`;
  byId('title').textContent = title;
  byId('entity').textContent = entity.name;
  replace(byId('actions'), navigation(), shareButton(), account());
  replace(byId('foot'), ...footer(entity));
}

function navigation(): HTMLElement {
  return h(
    'nav',
    { class: 'nav', 'aria-label': t('mainNav') },
    h('a', { class: 'nav__link', href: '/', 'aria-current': 'page' }, t('navMap')),
    h('a', { class: 'nav__link', href: '/datos' }, t('navData')),
    h('a', { class: 'nav__link', href: '/api' }, t('navApi')),
  );
}

function shareButton(): HTMLElement {
  const share = async (): Promise<void> => {
    const url = location.href;
    try {
      if (navigator.share && matchMedia('(pointer: coarse)').matches) {
        await navigator.share({ title: document.title, url });
        return;
      }
      await navigator.clipboard.writeText(url);
      toast(t('shared'));
    } catch (error) {
      if ((error as Error).name !== 'AbortError') toast(t('shareByHand'));
    }
  };
  return h(
    'button',
    { type: 'button', class: 'button', 'aria-label': t('share'), onclick: () => void share() },
    icon('share'),
    h('span', { class: 'button__text' }, t('share')),
  );
}

function footer(entity: EntityInfo): HTMLElement[] {
  const links = Object.entries({ ...entity.links });
  return [
    h(
      'p',
      { class: 'foot__entity' },
      h('strong', {}, entity.name),
      entity.nit ? ` · NIT ${entity.nit}` : null,
    ),
    h('p', { class: 'foot__note' }, t('reference')),
    h(
      'ul',
      { class: 'foot__links' },
      ...links.map(([name, href]) => h('li', {}, h('a', { href }, name))),
      h('li', {}, h('a', { href: '/licencias.txt' }, t('licences'))),
      h(
        'li',
        {},
        h('a', { class: 'foot__govco', href: 'https://www.gov.co/', 'aria-label': t('govco') }, 'GOV.CO'),
      ),
    ),
  ];
}

/** The footer closes the page on a desktop and the sheet on a phone. */
export function placeFooter(phone: boolean): void {
  const foot = byId('foot');
  const sheet = document.querySelector('.panel__body');
  if (phone && sheet) sheet.append(foot);
  else byId('stage').after(foot);
}

function next(size: number, step: number): number {
  const at = SIZES.indexOf(size);
  return SIZES[Math.min(Math.max((at < 0 ? 0 : at) + step, 0), SIZES.length - 1)]!;
}

function apply({ contrast, size }: Preferences): void {
  const root = document.documentElement;
  root.toggleAttribute('data-contrast', contrast);
  root.style.fontSize = size === 100 ? '' : `${size}%`;
}

function stored(): Preferences {
  try {
    const saved = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Preferences>;
    return { contrast: saved.contrast === true, size: SIZES.find((s) => s === saved.size) ?? 100 };
  } catch {
    return { contrast: false, size: 100 };
  }
}

function store(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // A browser that keeps nothing still shows the page.
  }
}
