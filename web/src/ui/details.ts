/** What is at a place: the things found under a click, and one of them in full. */
import { ApiFailure, getItem, getPlace, itemAddress } from '../api';
import { byId, h, icon, replace } from '../dom';
import { featureTitle, value } from '../format';
import { count, integer, t } from '../messages';
import type { Feature, FieldInfo, Hit, LayerInfo, Place, PlaceAnswer, Selection } from '../model';
import { swatch } from '../swatch';
import { demoChip } from './layers';
import { placeTitle, toldPlace } from './place';
import { announce } from './status';

/** Hits shown at first. */
const FEW = 8;

export interface DetailsActions {
  select(selection: Selection): void;
  close(): void;
  zoomTo(feature: Feature): void;
  closeUp(hit: Hit): void;
  /** What is known of the place last pressed; absent where none was. */
  ask(): void;
}

export class Details {
  private element = byId('details');
  private hits: Hit[] = [];
  private returnTo: HTMLElement | null = null;
  private pending: AbortController | null = null;

  constructor(
    private layers: ReadonlyMap<string, LayerInfo>,
    private actions: DetailsActions,
  ) {
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.open) this.actions.close();
    });
  }

  get open(): boolean {
    return !this.element.hidden;
  }

  /** Shows a list of hits; `focus` when the person came by keyboard. */
  showHits(hits: Hit[]): void {
    this.hits = hits;
    const found = hits.reduce((sum, hit) => sum + hit.count, 0);
    this.reveal(
      this.bar(null),
      h('h2', { class: 'details__title', id: 'details-title' }, count('hits', found)),
      ...this.hitList(hits),
      this.offer(),
    );
    announce(count('hits', found));
  }

  remember(hits: Hit[]): void {
    this.hits = hits;
  }

  /** Fetches and shows what is known of a place; null when it could not be. `caution` is said first. */
  async showPlace(place: Place, caution = ''): Promise<PlaceAnswer | null> {
    this.pending?.abort();
    const pending = (this.pending = new AbortController());
    this.reveal(this.bar(null, t('here')), h('p', { class: 'quiet' }, t('hereLoading')));
    try {
      const answer = await getPlace(place, pending.signal);
      if (pending.signal.aborted) return null;
      const told = [caution || answer.lugar.cautela || ''].filter(Boolean);
      this.reveal(
        this.bar(null, t('here')),
        h('h2', { class: 'details__title', id: 'details-title' }, placeTitle(answer)),
        ...told.map((words) => h('p', { class: 'notice' }, words)),
        ...toldPlace(answer, place),
        ...(this.hits.length
          ? [h('h3', { class: 'details__also' }, t('alsoHere')), ...this.hitList(this.hits)]
          : []),
      );
      announce(answer.resumen);
      return answer;
    } catch {
      if (!pending.signal.aborted) this.failPlace(place, caution);
      return null;
    }
  }

  private failPlace(place: Place, caution: string): void {
    const again = (): void => void this.showPlace(place, caution);
    this.reveal(
      this.bar(null, t('here')),
      h('p', { class: 'failure' }, icon('warning'), t('hereFailed')),
      h('button', { type: 'button', class: 'button button--small', onclick: again }, t('retry')),
    );
    announce(t('hereFailed'));
  }

  /** From the things of the map to all that is known of the place they are at. */
  private offer(): HTMLElement {
    return h(
      'p',
      { class: 'details__offer' },
      h(
        'button',
        { type: 'button', class: 'button button--small', onclick: () => this.actions.ask() },
        icon('info'),
        t('here'),
      ),
    );
  }

  /** Fetches and shows a feature; null when it could not be shown. */
  async show(selection: Selection): Promise<Feature | null> {
    const layer = this.layers.get(selection.layer);
    if (!layer) return null;
    this.pending?.abort();
    const pending = (this.pending = new AbortController());
    this.reveal(this.bar(layer), h('p', { class: 'quiet' }, t('loading')));
    try {
      const feature = await getItem(selection.layer, selection.id, pending.signal);
      if (pending.signal.aborted) return null;
      this.render(layer, feature);
      return feature;
    } catch (error) {
      if (!pending.signal.aborted) this.fail(layer, selection, error);
      return null;
    }
  }

  close(): void {
    if (!this.open) return;
    this.pending?.abort();
    const inside = this.element.contains(document.activeElement);
    this.element.hidden = true;
    byId('stage').classList.remove('stage--details');
    replace(this.element);
    if (inside) (this.returnTo?.isConnected ? this.returnTo : byId('mapa')).focus();
    this.returnTo = null;
    this.hits = [];
  }

  private reveal(...children: HTMLElement[]): void {
    if (!this.open) this.returnTo = document.activeElement as HTMLElement | null;
    const takeFocus = this.open && this.element.contains(document.activeElement);
    replace(this.element, ...children);
    this.element.hidden = false;
    this.element.scrollTop = 0;
    byId('stage').classList.add('stage--details');
    const byKeyboard = this.returnTo?.matches(':focus-visible') ?? false;
    if (takeFocus || byKeyboard) this.element.focus({ preventScroll: true });
  }

  private bar(layer: LayerInfo | null, title = t('details')): HTMLElement {
    return h(
      'div',
      { class: 'details__bar' },
      layer && this.hits.length > 1
        ? h(
            'button',
            {
              type: 'button',
              class: 'round',
              'aria-label': t('back'),
              onclick: () => this.showHits(this.hits),
            },
            icon('back'),
          )
        : null,
      h('p', { class: 'details__layer' }, layer && legendMark(layer, null), layer?.title ?? title),
      h(
        'button',
        {
          type: 'button',
          class: 'round',
          'aria-label': t('closeDetails'),
          onclick: () => this.actions.close(),
        },
        icon('close'),
      ),
    );
  }

  private render(layer: LayerInfo, feature: Feature): void {
    const title = featureTitle(layer, feature);
    const others = this.hits.filter((hit) => hit.layer !== layer.name || hit.id !== String(feature.id));
    this.reveal(
      this.bar(layer),
      h('h2', { class: 'details__title', id: 'details-title' }, title),
      ...this.marks(layer, feature),
      this.values(layer, feature),
      this.links(layer, feature),
      ...(layer.notice
        ? [h('p', { class: 'notice' }, h('strong', {}, `${t('legalNotice')}: `), layer.notice)]
        : []),
      ...(others.length
        ? [h('h3', { class: 'details__also' }, t('alsoHere')), ...this.hitList(others)]
        : []),
    );
    announce(t('selected', { title, layer: layer.title }));
  }

  private marks(layer: LayerInfo, feature: Feature): HTMLElement[] {
    const marks: HTMLElement[] = [];
    const by = layer.fields.find((field) => field.name === layer.by);
    const code = by && feature.properties[by.name];
    const coded = by && code ? [legendMark(layer, String(code)), value(by, code)] : [];
    if (layer.demonstration || coded.length) {
      marks.push(h('p', { class: 'details__marks' }, ...coded, layer.demonstration && demoChip()));
    }
    if (!feature.geometry && layer.geometry_type) {
      marks.push(h('p', { class: 'hint' }, t('withoutPlaceText')));
    }
    return marks;
  }

  private values(layer: LayerInfo, feature: Feature): HTMLElement {
    const list = h('dl', { class: 'values' });
    const unknown: string[] = [];
    for (const field of layer.fields) {
      const raw = feature.properties[field.name];
      // The name already stands above as the title.
      if (raw === undefined || (raw !== null && field.name === layer.label)) continue;
      if (raw === null || raw === '') unknown.push(field.label);
      else list.append(h('dt', { title: field.definition || null }, field.label), this.told(field, raw));
    }
    if (unknown.length) {
      list.append(
        h('dt', { class: 'values__none' }, t('noValue')),
        h('dd', { class: 'values__none' }, unknown.join(', ')),
      );
    }
    return list;
  }

  private told(field: FieldInfo, raw: unknown): HTMLElement {
    return h('dd', {}, this.written(field, raw));
  }

  private written(field: FieldInfo, raw: unknown): Node | string {
    const text = value(field, raw);
    if (field.reference && raw) return this.reference(field.reference, String(raw), text);
    if (/^https?:\/\//.test(text)) return h('a', { href: text, rel: 'noopener' }, text);
    if (/^[^\s@]+@[^\s@]+\.[a-z]+$/i.test(text)) return h('a', { href: `mailto:${text}` }, text);
    return text;
  }

  /** A reference is shown by the name of what it refers to, once the server has told it. */
  private reference(name: string, id: string, text: string): HTMLElement | string {
    const layer = this.layers.get(name);
    if (!layer) return text;
    const button = h(
      'button',
      { type: 'button', class: 'link', onclick: () => this.actions.select({ layer: name, id }) },
      text,
    );
    getItem(name, id, this.pending?.signal).then(
      (feature) => (button.textContent = featureTitle(layer, feature)),
      () => undefined,
    );
    return button;
  }

  private links(layer: LayerInfo, feature: Feature): HTMLElement {
    return h(
      'div',
      { class: 'details__links' },
      feature.geometry
        ? h(
            'button',
            { type: 'button', class: 'button button--small', onclick: () => this.actions.zoomTo(feature) },
            icon('target'),
            t('zoomTo'),
          )
        : null,
      feature.geometry?.type === 'Point'
        ? h('button', { type: 'button', class: 'link', onclick: () => this.actions.ask() }, t('here'))
        : null,
      h('a', { class: 'link', href: `${itemAddress(layer.name, String(feature.id))}?f=html` }, t('fullRecord')),
    );
  }

  /** The first few, and the rest when asked for. */
  private hitList(hits: Hit[]): HTMLElement[] {
    const list = h('ul', { class: 'hits' }, ...hits.slice(0, FEW).map((hit) => this.hit(hit)));
    const rest = hits.slice(FEW);
    if (!rest.length) return [list];
    const more = h(
      'button',
      { type: 'button', class: 'button button--small' },
      t('moreHits', { n: integer(rest.length) }),
    );
    more.addEventListener('click', () => {
      const shown = rest.map((hit) => this.hit(hit));
      list.append(...shown);
      shown[0]!.querySelector('button')!.focus();
      more.remove();
    });
    return [list, more];
  }

  private hit(hit: Hit): HTMLElement {
    const layer = this.layers.get(hit.layer)!;
    const many = hit.count > 1 || hit.id === null;
    const open = (): void =>
      many ? this.actions.closeUp(hit) : this.actions.select({ layer: hit.layer, id: hit.id! });
    return h(
      'li',
      {},
      h(
        'button',
        { type: 'button', class: 'hit', onclick: open },
        legendMark(layer, hit.code || null),
        h(
          'span',
          { class: 'hit__text' },
          h('span', { class: 'hit__title' }, many ? t('together', { n: integer(hit.count) }) : (hit.title ?? t('unnamed'))),
          h('span', { class: 'hit__layer' }, many ? `${layer.title}. ${t('togetherText')}` : kind(layer, hit.code)),
        ),
        icon('next'),
      ),
    );
  }

  private fail(layer: LayerInfo, selection: Selection, error: unknown): void {
    const missing = error instanceof ApiFailure && error.status === 404;
    const text = missing ? t('featureMissing') : t('featureFailed');
    const retry = h(
      'button',
      { type: 'button', class: 'button button--small', onclick: () => this.actions.select(selection) },
      t('retry'),
    );
    this.reveal(this.bar(layer), h('p', { class: 'failure' }, icon('warning'), text), retry);
    retry.hidden = missing;
    announce(text);
  }
}

/** The layer, and what its colour says of the feature. */
function kind(layer: LayerInfo, code: string): string {
  const row = layer.by ? layer.legend.find((candidate) => candidate.code === code) : undefined;
  return row ? `${layer.title} · ${row.label}` : layer.title;
}

function legendMark(layer: LayerInfo, code: string | null): SVGElement | null {
  const found = code === null || !layer.by ? 0 : layer.legend.findIndex((row) => row.code === code);
  const row = layer.legend[found];
  return row && (code !== null || layer.legend.length === 1) ? swatch(layer, row, found) : null;
}
