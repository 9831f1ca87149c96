/** The map as text: tables of the features in view, or of one layer whole. */
import { getInView, getJson, getPage, nextAddress } from '../api';
import { h, icon, replace } from '../dom';
import { featureTitle, value } from '../format';
import { type Counted, count, integer, t } from '../messages';
import type { Bounds, Feature, FeaturePage, FieldInfo, LayerInfo, Selection } from '../model';
import { kindOf } from '../swatch';
import { announce } from './status';

const IN_VIEW = 50;
const PAGE = 100;
/** Pages looked through for features without geometry before giving up. */
const SEARCHED = 20;

export interface ListActions {
  select(selection: Selection): void;
  backToView(): void;
}

export class FeatureList {
  readonly element = h('div', { class: 'list' });
  private pending: AbortController | null = null;

  constructor(private actions: ListActions) {}

  /** Tables of what the visible layers have inside `bounds`; says how many. */
  async showView(layers: LayerInfo[], bounds: Bounds): Promise<void> {
    const signal = this.restart();
    if (!layers.length) return this.say(t('noVisibleLayers'));
    const pages = await Promise.allSettled(
      layers.map((layer) => getInView(layer.name, bounds, IN_VIEW, signal)),
    );
    if (signal.aborted) return;
    const sections: HTMLElement[] = [];
    let total = 0;
    let whole = true;
    pages.forEach((answer, at) => {
      const layer = layers[at]!;
      if (answer.status === 'rejected') return void sections.push(this.failed(layer, () => this.showView(layers, bounds)));
      const placed = answer.value.features.filter((feature) => feature.geometry);
      total += Math.max(answer.value.numberMatched ?? 0, placed.length);
      whole &&= counted(answer.value);
      if (placed.length) sections.push(this.section(layer, placed, answer.value));
    });
    const text = inView(total, whole);
    replace(this.element, h('p', { class: 'list__total' }, text), ...sections);
    this.element.removeAttribute('aria-busy');
    announce(text);
  }

  /** Every feature of one layer page by page, or only those whose place is not known. */
  async showLayer(layer: LayerInfo, only: 'all' | 'unplaced'): Promise<void> {
    const signal = this.restart();
    const back = h(
      'button',
      { type: 'button', class: 'link link--back', onclick: () => this.actions.backToView() },
      icon('back'),
      t('backToView'),
    );
    try {
      if (only === 'unplaced') {
        const found = await this.unplaced(layer, signal);
        const title = `${layer.title}: ${t('withoutPlaceTitle').toLowerCase()}`;
        replace(this.element, back, this.table(layer, found, title));
        announce(count('withoutPlace', found.length));
      } else {
        const page = await getPage(layer.name, PAGE, signal);
        const table = this.table(layer, page.features, layer.title, shownCount(page.features.length, page));
        replace(this.element, back, table, this.more(layer, table, page));
        announce(shownCount(page.features.length, page, 'record'));
      }
    } catch {
      if (!signal.aborted) replace(this.element, back, this.failed(layer, () => this.showLayer(layer, only)));
    }
    if (!signal.aborted) this.element.removeAttribute('aria-busy');
  }

  private restart(): AbortSignal {
    this.pending?.abort();
    this.pending = new AbortController();
    this.element.setAttribute('aria-busy', 'true');
    if (!this.element.childElementCount) replace(this.element, h('p', { class: 'quiet' }, t('loading')));
    return this.pending.signal;
  }

  private say(text: string): void {
    replace(this.element, h('p', { class: 'quiet' }, text));
    this.element.removeAttribute('aria-busy');
    announce(text);
  }

  private failed(layer: LayerInfo, again: () => Promise<void>): HTMLElement {
    const retry = h('button', { type: 'button', class: 'link', onclick: () => void again() }, t('retry'));
    return h('p', { class: 'failure' }, icon('warning'), `${layer.title}: ${t('listFailed')} `, retry);
  }

  private section(layer: LayerInfo, features: Feature[], page: FeaturePage): HTMLElement {
    const section = h('div', { class: 'list__section' }, this.table(layer, features, layer.title, shownCount(features.length, page)));
    if (nextAddress(page)) section.append(h('p', { class: 'hint' }, partial(features.length, page)));
    return section;
  }

  private table(
    layer: LayerInfo,
    features: Feature[],
    title: string,
    total = count('count', features.length),
  ): HTMLTableElement {
    const columns = columnsOf(layer);
    return h(
      'table',
      { class: 'table' },
      h('caption', {}, title, ' ', h('span', { class: 'table__count' }, total)),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, nameColumn(layer)),
          ...columns.map((field) => h('th', { scope: 'col' }, field.label)),
        ),
      ),
      h('tbody', {}, ...features.map((feature) => this.row(layer, columns, feature))),
    );
  }

  private row(layer: LayerInfo, columns: FieldInfo[], feature: Feature): HTMLElement {
    const open = (): void => this.actions.select({ layer: layer.name, id: String(feature.id) });
    return h(
      'tr',
      {},
      h(
        'th',
        { scope: 'row' },
        h('button', { type: 'button', class: 'link', onclick: open }, featureTitle(layer, feature)),
        !feature.geometry && kindOf(layer) !== 'table' ? h('span', { class: 'hint' }, t('withoutPlaceTitle')) : null,
      ),
      ...columns.map((field) => h('td', {}, value(field, feature.properties[field.name]))),
    );
  }

  private more(layer: LayerInfo, table: HTMLTableElement, page: FeaturePage): HTMLElement | null {
    let next = nextAddress(page);
    if (!next) return null;
    const body = table.tBodies[0]!;
    const button = h('button', { type: 'button', class: 'button button--small' }, t('more'));
    const load = async (): Promise<void> => {
      if (!next) return;
      try {
        const following = await getJson<FeaturePage>(next, this.pending?.signal);
        body.append(...following.features.map((f) => this.row(layer, columnsOf(layer), f)));
        next = nextAddress(following);
        button.hidden = !next;
        const shown = table.querySelector('.table__count');
        if (shown) shown.textContent = shownCount(body.rows.length, following);
        announce(count('count', body.rows.length));
      } catch {
        announce(t('listFailed'));
      }
    };
    button.addEventListener('click', () => void load());
    return button;
  }

  private async unplaced(layer: LayerInfo, signal: AbortSignal): Promise<Feature[]> {
    const found: Feature[] = [];
    let page = await getPage(layer.name, PAGE, signal);
    for (let turn = 0; turn < SEARCHED; turn++) {
      found.push(...page.features.filter((feature) => !feature.geometry));
      const next = nextAddress(page);
      if (!next || found.length >= layer.without_geometry) break;
      page = await getJson<FeaturePage>(next, signal);
    }
    return found;
  }
}

const isCoded = (field: FieldInfo): boolean => Object.keys(field.codes ?? {}).length > 0;

/** The service says how many match, unless they are too many to count; then there is another page. */
const counted = (page: FeaturePage): boolean => page.numberMatched !== undefined || !nextAddress(page);

/** How many there are in view; `whole` unless some of the layers has more than `total` tells. */
export function inView(total: number, whole: boolean): string {
  if (!whole) return t('inViewMore', { n: integer(total) });
  return total ? count('inView', total) : t('inViewNone');
}

/** How many features a page is of. */
export function shownCount(shown: number, page: FeaturePage, noun: Counted = 'count'): string {
  return counted(page) ? count(noun, page.numberMatched ?? shown) : t('moreThan', { n: integer(shown) });
}

function partial(shown: number, page: FeaturePage): string {
  const total = page.numberMatched;
  return total ? t('partial', { shown, total: integer(total) }) : t('partialUnknown', { shown });
}

function nameColumn(layer: LayerInfo): string {
  return layer.fields.find((field) => field.name === layer.label)?.label ?? t('columnName');
}

/** What the layer is coloured by, or else its first coded or measured field. */
function columnsOf(layer: LayerInfo): FieldInfo[] {
  const rest = layer.fields.filter((field) => field.name !== layer.label);
  const telling = rest.filter((field) => field.name === layer.by);
  const coded = rest.filter((field) => isCoded(field) && field.name !== layer.by);
  const plain = rest.filter((field) => !isCoded(field) && field.kind !== 'text');
  const words = rest.filter((field) => !/^(id|codigo)(_|$)/.test(field.name));
  return [...telling, ...coded, ...plain, ...words].slice(0, 1);
}
