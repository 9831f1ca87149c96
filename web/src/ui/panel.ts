/** The panel: tabs on a desktop, the same tabs in a bottom sheet on a phone. */
import { byId, h, icon, replace } from '../dom';
import { t } from '../messages';

export type Tab = 'layers' | 'list';
export type Height = 'peek' | 'half' | 'full';
const HEIGHTS: readonly Height[] = ['peek', 'half', 'full'];
export const PHONE = matchMedia('(max-width: 47.99em) and (min-height: 30em)');

export class Panel {
  private tabs = new Map<Tab, { button: HTMLElement; page: HTMLElement }>();
  private element = byId('panel');
  private handle: HTMLElement;
  tab: Tab = 'layers';

  constructor(
    pages: Record<Tab, HTMLElement>,
    private onTab: (tab: Tab) => void,
  ) {
    const names: Record<Tab, string> = { layers: t('tabLayers'), list: t('tabList') };
    const bar = h('div', { class: 'tabs', role: 'tablist', 'aria-label': t('panel') });
    const body = h('div', { class: 'panel__body', tabindex: -1 });
    for (const tab of Object.keys(pages) as Tab[]) {
      const button = h(
        'button',
        {
          type: 'button',
          class: 'tab',
          role: 'tab',
          id: `tab-${tab}`,
          'aria-controls': `page-${tab}`,
          onclick: () => this.open(tab),
        },
        names[tab],
      );
      const page = h(
        'section',
        { class: 'page', role: 'tabpanel', id: `page-${tab}`, 'aria-labelledby': `tab-${tab}` },
        h('h2', { class: 'visually-hidden' }, names[tab]),
        pages[tab],
      );
      this.tabs.set(tab, { button, page });
      bar.append(button);
      body.append(page);
    }
    bar.addEventListener('keydown', (event) => this.arrows(event));
    this.handle = h(
      'button',
      { type: 'button', class: 'handle', onclick: () => this.step() },
      h('span', { class: 'handle__grip', 'aria-hidden': 'true' }),
      icon('chevron'),
    );
    replace(byId('panel-inner'), h('div', { class: 'panel__top' }, this.handle, bar), body);
    this.drag(this.element.querySelector('.panel__top')!);
    this.paint();
    this.setHeight('peek');
  }

  get height(): Height {
    return (this.element.dataset['height'] as Height | undefined) ?? 'peek';
  }

  setHeight(height: Height): void {
    this.element.dataset['height'] = height;
    const full = height === 'full';
    this.handle.setAttribute('aria-label', full ? t('sheetCollapse') : t('sheetExpand'));
    this.handle.setAttribute('aria-expanded', String(height !== 'peek'));
  }

  open(tab: Tab): void {
    const same = tab === this.tab;
    this.tab = tab;
    this.paint();
    if (this.height === 'peek') this.setHeight('half');
    if (!same) this.element.querySelector('.panel__body')!.scrollTop = 0;
    this.onTab(tab);
  }

  private paint(): void {
    for (const [tab, { button, page }] of this.tabs) {
      const active = tab === this.tab;
      button.setAttribute('aria-selected', String(active));
      button.setAttribute('tabindex', active ? '0' : '-1');
      page.hidden = !active;
    }
  }

  private arrows(event: KeyboardEvent): void {
    if (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft') return;
    event.preventDefault();
    this.open(this.tab === 'layers' ? 'list' : 'layers');
    this.tabs.get(this.tab)!.button.focus();
  }

  private step(): void {
    this.setHeight(this.height === 'peek' ? 'half' : this.height === 'half' ? 'full' : 'peek');
  }

  /** Dragging the top is a shortcut for the handle, never the only way. */
  private drag(top: HTMLElement): void {
    let start: number | null = null;
    top.addEventListener('pointerdown', (event) => {
      if (PHONE.matches) start = event.clientY;
    });
    window.addEventListener('pointerup', (event) => {
      if (start === null) return;
      const moved = event.clientY - start;
      start = null;
      if (Math.abs(moved) < 24) return;
      const at = HEIGHTS.indexOf(this.height) + (moved < 0 ? 1 : -1);
      this.setHeight(HEIGHTS[Math.min(Math.max(at, 0), 2)]!);
      window.addEventListener('click', swallow, { capture: true, once: true });
      window.setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 50);
    });
  }
}

/** A drag that ends over the handle is not a press of it. */
function swallow(event: Event): void {
  event.stopPropagation();
  event.preventDefault();
}
