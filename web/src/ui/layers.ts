/** The list of layers by sector: switch, count, date, legend, opacity, notice. */
import type { Choice } from '../address';
import { h, icon, replace } from '../dom';
import { dayOf } from '../format';
import { count, t } from '../messages';
import type { LayerInfo, MapInfo, Sector } from '../model';
import { kindOf, swatch } from '../swatch';

export interface LayerActions {
  toggle(layer: LayerInfo, on: boolean): void;
  fade(layer: LayerInfo, opacity: number, final: boolean): void;
  list(layer: LayerInfo, only: 'all' | 'unplaced'): void;
  retry(layer: LayerInfo): void;
}

interface Row {
  layer: LayerInfo;
  element: HTMLElement;
  box: HTMLInputElement | null;
  body: HTMLElement;
  slider: HTMLInputElement | null;
  failure: HTMLElement;
  far: HTMLElement;
  merged: HTMLElement;
}

export class LayerList {
  readonly element: HTMLElement;
  private rows = new Map<string, Row>();
  private groups: { element: HTMLElement; names: string[] }[] = [];
  private none = h('p', { class: 'quiet', hidden: true });

  constructor(
    info: MapInfo,
    private actions: LayerActions,
  ) {
    this.element = h('div', { class: 'layers' }, this.search(), this.none);
    for (const sector of thematic(info)) this.addGroup(sector.label, sector.layers);
    const base = layersWhere(info, (layer) => layer.role === 'base' && !isEmpty(layer));
    if (base.length) this.addGroup(t('baseMap'), base);
    const empty = layersWhere(info, isEmpty);
    if (empty.length) this.addEmpty(empty);
  }

  update(choices: ReadonlyMap<string, Choice>): void {
    for (const [name, row] of this.rows) {
      const choice = choices.get(name);
      if (!row.box || !choice) continue;
      row.box.checked = choice.on;
      row.element.classList.toggle('layer--on', choice.on);
      row.body.hidden = !choice.on;
      if (row.slider) setSlider(row.slider, choice.opacity);
    }
  }

  /** Which layers could not be drawn, and which show nothing at this zoom. */
  mark(failing: ReadonlySet<string>, zoom: number): void {
    for (const [name, row] of this.rows) {
      row.failure.hidden = !failing.has(name);
      row.far.hidden = zoom >= row.layer.minzoom;
    }
  }

  markMerged(names: ReadonlySet<string>): void {
    for (const [name, row] of this.rows) row.merged.hidden = !names.has(name);
  }

  private search(): HTMLElement {
    const input = h('input', {
      type: 'search',
      class: 'search__input',
      placeholder: t('searchLayers'),
      'aria-label': t('searchLayers'),
      autocomplete: 'off',
      oninput: () => this.filter(input.value),
    });
    return h('div', { class: 'search' }, icon('search'), input);
  }

  private filter(text: string): void {
    const wanted = plain(text);
    let shown = 0;
    for (const { element, names } of this.groups) {
      let any = false;
      for (const name of names) {
        const row = this.rows.get(name)!;
        const fits = plain(`${row.layer.title} ${row.layer.description ?? ''}`).includes(wanted);
        row.element.hidden = !fits;
        any ||= fits;
        if (fits) shown++;
      }
      element.hidden = !any;
      if (wanted && any && element instanceof HTMLDetailsElement) element.open = true;
    }
    this.none.hidden = shown > 0;
    this.none.textContent = shown > 0 ? '' : t('noLayerFound', { text });
  }

  private addGroup(label: string, layers: LayerInfo[]): void {
    const id = `group-${this.groups.length}`;
    const element = h(
      'section',
      { class: 'group', 'aria-labelledby': id },
      h('h3', { class: 'group__title', id }, label),
      h('ul', { class: 'group__list' }, ...layers.map((layer) => this.row(layer).element)),
    );
    this.groups.push({ element, names: layers.map((layer) => layer.name) });
    this.element.append(element);
  }

  private addEmpty(layers: LayerInfo[]): void {
    const element = h(
      'details',
      { class: 'group group--empty' },
      h('summary', { class: 'group__title' }, t('emptyLayers', { n: layers.length }), icon('chevron')),
      h('ul', { class: 'group__list' }, ...layers.map((layer) => this.row(layer).element)),
    );
    this.groups.push({ element, names: layers.map((layer) => layer.name) });
    this.element.append(element);
  }

  private row(layer: LayerInfo): Row {
    const table = kindOf(layer) === 'table';
    const id = `layer-${layer.name}`;
    const box =
      table || isEmpty(layer)
        ? null
        : h('input', {
            type: 'checkbox',
            class: 'switch',
            id,
            'aria-describedby': `${id}-meta`,
            onchange: () => this.actions.toggle(layer, box!.checked),
          });
    const title = box
      ? h('label', { class: 'layer__title', for: id }, layer.title)
      : h('span', { class: 'layer__title' }, layer.title);
    const failure = this.failure(layer);
    const far = h('p', { class: 'hint', hidden: true }, t('zoomToSee'));
    const merged = h('p', { class: 'hint', hidden: true }, t('togetherNow'));
    const slider = box ? this.slider(layer) : null;
    const body = h('div', { class: 'layer__body', hidden: true }, far, merged, legend(layer), this.links(layer));
    body.append(options(layer, slider));
    const element = h(
      'li',
      { class: `layer${box ? '' : ' layer--flat'}` },
      h('div', { class: 'layer__head' }, box, title, layer.demonstration && demoChip()),
      meta(layer, id),
      failure,
      body,
    );
    if (table && !isEmpty(layer)) body.hidden = false;
    const row = { layer, element, box, body, slider, failure, far, merged };
    this.rows.set(layer.name, row);
    return row;
  }

  private slider(layer: LayerInfo): HTMLInputElement {
    const slider = h('input', {
      type: 'range',
      class: 'range',
      min: 10,
      max: 100,
      step: 5,
      value: 100,
      'aria-label': t('opacityOf', { title: layer.title }),
      oninput: () => {
        setSlider(slider, Number(slider.value) / 100);
        this.actions.fade(layer, Number(slider.value) / 100, false);
      },
      onchange: () => this.actions.fade(layer, Number(slider.value) / 100, true),
    });
    return slider;
  }

  private links(layer: LayerInfo): HTMLElement {
    const table = kindOf(layer) === 'table';
    const button = (text: string, only: 'all' | 'unplaced'): HTMLElement =>
      h(
        'button',
        {
          type: 'button',
          class: 'link',
          'aria-label': `${text}: ${layer.title}`,
          onclick: () => this.actions.list(layer, only),
        },
        text,
      );
    return h(
      'div',
      { class: 'layer__links' },
      button(table ? t('seeRecords') : t('seeAsList'), 'all'),
      layer.without_geometry > 0 && !table
        ? button(count('withoutPlace', layer.without_geometry), 'unplaced')
        : null,
      h(
        'a',
        {
          class: 'link',
          href: dataAddress(layer),
          'aria-label': `${t('layerData')}: ${layer.title}`,
        },
        t('layerData'),
      ),
    );
  }

  private failure(layer: LayerInfo): HTMLElement {
    return h(
      'p',
      { class: 'failure', hidden: true },
      icon('warning'),
      t('layerFailed'),
      ' ',
      h(
        'button',
        {
          type: 'button',
          class: 'link',
          'aria-label': `${t('retry')}: ${layer.title}`,
          onclick: () => this.actions.retry(layer),
        },
        t('retry'),
      ),
    );
  }
}

export function demoChip(): HTMLElement {
  return h('span', { class: 'chip', title: t('demonstrationLong') }, t('demonstration'));
}

export function legend(layer: LayerInfo): HTMLElement {
  const list = h('ul', {
    class: 'legend',
    'aria-label': t('legendOf', { title: layer.title }),
  });
  layer.legend.forEach((row, position) => {
    const item = h(
      'li',
      { class: 'legend__row', title: row.definition || null },
      swatch(layer, row, position),
      h('span', {}, row.label || layer.title),
    );
    list.append(item);
  });
  if (kindOf(layer) === 'table') replace(list);
  list.hidden = list.childElementCount === 0;
  return list;
}

/** What one seldom needs, out of the way: opacity, what the layer is, its legal notice. */
function options(layer: LayerInfo, slider: HTMLInputElement | null): HTMLElement {
  const about = t(slider ? 'aboutLayer' : 'aboutTable');
  return h(
    'details',
    { class: 'about' },
    h('summary', { 'aria-label': `${about}: ${layer.title}` }, about),
    slider &&
      h(
        'div',
        { class: 'fader' },
        h('span', { class: 'fader__name', 'aria-hidden': 'true' }, t('opacity')),
        slider,
      ),
    layer.description ? h('p', {}, layer.description) : null,
    layer.notice ? h('p', { class: 'notice' }, layer.notice) : null,
  );
}

function meta(layer: LayerInfo, id: string): HTMLElement {
  const table = kindOf(layer) === 'table';
  const parts = isEmpty(layer)
    ? [t('noData')]
    : [
        count(table ? 'record' : 'count', layer.feature_count),
        ...(table ? [t('tableOnly')] : []),
        ...(layer.updated_at ? [t('dataOf', { date: dayOf(layer.updated_at) })] : []),
      ];
  return h('p', { class: 'layer__meta', id: `${id}-meta` }, parts.join(' · '));
}

function dataAddress(layer: LayerInfo): string {
  const dataset = layer.datasets?.[0];
  return dataset ? `/datos/${dataset.name}` : `/api/collections/${layer.name}?f=html`;
}

function setSlider(slider: HTMLInputElement, opacity: number): void {
  const percent = Math.round(opacity * 100);
  slider.value = String(percent);
  slider.setAttribute('aria-valuetext', t('percent', { n: percent }));
  slider.style.setProperty('--value', `${((percent - 10) / 90) * 100}%`);
}

const isEmpty = (layer: LayerInfo): boolean => layer.feature_count === 0;

function thematic(info: MapInfo): Sector[] {
  return info.sectors
    .map((sector) => ({
      ...sector,
      layers: sector.layers.filter((layer) => layer.role !== 'base' && !isEmpty(layer)),
    }))
    .filter((sector) => sector.layers.length > 0)
    .sort((a, b) => Number(opens(b)) - Number(opens(a)));
}

/** Sectors the map opens with come first; the rest keep their order. */
const opens = (sector: Sector): boolean => sector.layers.some((layer) => layer.visible);

function layersWhere(info: MapInfo, wanted: (layer: LayerInfo) => boolean): LayerInfo[] {
  return info.sectors.flatMap((sector) => sector.layers.filter(wanted));
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
