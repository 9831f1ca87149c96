/** Ties state, address bar, panel, details and map together. */
import { decode, encode } from './address';
import { byId, h, replace } from './dom';
import { targetOf } from './found';
import { integer, t } from './messages';
import {
  allLayers,
  type Bounds,
  type Hit,
  type LayerInfo,
  type MapInfo,
  type Place,
  type Position,
  type SearchResult,
  type Selection,
} from './model';
import {
  hasWebgl,
  mapFailed,
  type MapParts,
  nextPaint,
  prepareMap,
  withoutMap,
} from './starting';
import { addressOf, type Change, type Origin, type State, stateOf, Store } from './state';
import { showBanner } from './ui/banner';
import { Details } from './ui/details';
import { LayerList } from './ui/layers';
import { FeatureList } from './ui/list';
import { Panel, PHONE, type Tab } from './ui/panel';
import { drawnPlace } from './ui/place';
import { Search } from './ui/search';
import { placeFooter, showEntity } from './ui/shell';
import { announce, toast } from './ui/status';
import { showControls } from './ui/controls';
import type { LiveMap } from './map';

const SETTLE_MS = 350;
export class App {
  private layers: ReadonlyMap<string, LayerInfo>;
  private store: Store;
  private layerList: LayerList;
  private featureList: FeatureList;
  private panel: Panel;
  private details: Details;
  private map: LiveMap | null = null;
  private listed: LayerInfo | null = null;
  private settle = 0;
  private failing: ReadonlySet<string> = new Set();
  /** Whether the next feature shown is one the person has in sight. */
  private fromMap = false;
  private clicked: Position | null = null;

  constructor(
    private info: MapInfo,
    private parts: MapParts,
  ) {
    this.layers = new Map(allLayers(info).map((layer) => [layer.name, layer]));
    this.store = new Store(stateOf(decode(location.search), info));
    showEntity(info.entity);
    this.layerList = new LayerList(info, {
      toggle: (layer, on) => this.toggle(layer, on),
      fade: (layer, opacity, final) =>
        this.store.choose(layer.name, { opacity }, final ? 'user' : 'view'),
      list: (layer, only) => this.listLayer(layer, only),
      retry: (layer) => this.map?.retry(layer.name),
    });
    this.featureList = new FeatureList({
      select: (selection) => this.select(selection),
      backToView: () => this.listView(),
    });
    const pages = { layers: this.layerList.element, list: this.featureList.element };
    this.panel = new Panel(pages, (tab) => this.onTab(tab));
    this.details = new Details(this.layers, {
      select: (selection) => this.select(selection),
      close: () => this.closeDetails(),
      zoomTo: (feature) => feature.geometry && this.map?.fit(feature.geometry),
      closeUp: (hit) => this.closeUp(hit),
      ask: () => this.askAgain(),
    });
    new Search((result) => this.found(result));
    PHONE.addEventListener('change', () => placeFooter(PHONE.matches));
    placeFooter(PHONE.matches);
    this.store.subscribe((state, changed, origin) => this.onChange(state, changed, origin));
    window.addEventListener('popstate', () => this.onHistory());
    window.addEventListener('offline', () => toast(t('offline')));
    window.addEventListener('online', () => {
      toast(t('online'));
      for (const name of this.failing) this.map?.retry(name);
    });
    this.paint(this.store.state);
  }

  async start(): Promise<void> {
    const { selection, place } = this.store.state;
    if (selection) void this.showSelection(selection);
    else if (place) void this.showPlace(place);
    await nextPaint();
    if (hasWebgl()) return this.startMap();
    withoutMap();
    this.panel.open('list');
  }

  private async startMap(): Promise<void> {
    const message = byId('map-message');
    replace(message, h('p', { class: 'quiet' }, t('loading')));
    try {
      const [style, { LiveMap }] = await this.parts;
      const { state } = this.store;
      this.map = new LiveMap({
        container: byId('map'),
        scale: byId('scale'),
        style,
        entity: this.info.entity,
        layers: this.layers,
        choices: state.choices,
        view: state.view,
        onView: (view) => this.store.update({ view }, 'view'),
        onIdentify: (hits, at) => this.onIdentify(hits, at),
        onAsk: (at) => this.ask(at, []),
        onFailing: (names) => this.onFailing(names),
        onBusy: (busy) => (byId('progress').hidden = !busy),
        onMerged: (names) => this.layerList.markMerged(names),
      });
      message.hidden = true;
      byId('map-keys').textContent = t('mapKeys');
      showControls(this.map, this.info.entity, (place, own) =>
        own ? this.showOwn(place) : this.ask(place, []),
      );
      await this.map.ready();
      byId('map').dataset['ready'] = 'true';
      this.map.apply(this.store.state.choices);
      this.paint(this.store.state);
      if (this.shown) this.reveal(this.shown);
    } catch (error) {
      console.warn('sig:', error);
      mapFailed(error, () => {
        this.parts = prepareMap();
        void this.startMap();
      });
    }
  }

  // State ------------------------------------------------------------------------------------

  private onChange(state: State, changed: ReadonlySet<Change>, origin: Origin): void {
    this.remember(state, origin);
    if (changed.has('choices')) this.map?.apply(state.choices);
    if (changed.has('choices') || changed.has('view')) {
      this.paint(state);
      this.settled(origin === 'view' && changed.has('view'));
    }
    if (changed.has('selection') || changed.has('place')) void this.onTarget(state);
    if (origin === 'history' && changed.has('view')) {
      if (state.view) this.map?.jump(state.view);
      else this.map?.home();
    }
  }

  /** A choice is a step in the history; a movement only changes where the step stands. */
  private remember(state: State, origin: Origin): void {
    if (origin === 'history') return;
    const address = encode(addressOf(state, this.info)) || location.pathname;
    if (address === location.search) return;
    if (origin === 'user') history.pushState(null, '', address);
    else history.replaceState(null, '', address);
  }

  private onHistory(): void {
    // A list of what was under a click has no address: it closes.
    const { selection, place } = this.store.state;
    if (!selection && !place) this.closeDetails();
    this.store.update(stateOf(decode(location.search), this.info), 'history');
  }

  private paint(state: State): void {
    this.layerList.update(state.choices);
    this.layerList.mark(this.failing, state.view?.zoom ?? this.map?.view.zoom ?? this.info.entity.zoom);
    showBanner(this.visible().filter((layer) => layer.demonstration));
  }

  private visible(): LayerInfo[] {
    const { choices } = this.store.state;
    return [...this.layers.values()].filter(
      (layer) => choices.get(layer.name)?.on && layer.feature_count > 0,
    );
  }

  // Layers and lists -------------------------------------------------------------------------

  private toggle(layer: LayerInfo, on: boolean): void {
    this.store.choose(layer.name, { on });
    announce(t(on ? 'layerOn' : 'layerOff', { title: layer.title }));
  }

  private onFailing(names: ReadonlySet<string>): void {
    for (const name of names) {
      const layer = this.layers.get(name);
      if (layer && !this.failing.has(name)) toast(`${layer.title}: ${t('layerFailed')}`);
    }
    this.failing = names;
    this.paint(this.store.state);
  }

  private onTab(tab: Tab): void {
    if (tab === 'list' && !this.listed) this.listView();
    if (tab === 'layers') this.listed = null;
  }

  private listLayer(layer: LayerInfo, only: 'all' | 'unplaced'): void {
    this.listed = layer;
    this.panel.open('list');
    void this.featureList.showLayer(layer, only);
  }

  private listView(): void {
    this.listed = null;
    const thematic = this.visible().filter((layer) => layer.role !== 'base');
    void this.featureList.showView(thematic, this.bounds());
  }

  private bounds(): Bounds {
    return this.map?.bounds ?? this.info.entity.extent;
  }

  /** The list follows the map; a person moving it by keyboard hears what there is. */
  private settled(moved: boolean): void {
    window.clearTimeout(this.settle);
    this.settle = window.setTimeout(() => {
      if (this.panel.tab === 'list') {
        if (!this.listed) this.listView();
      } else if (moved && this.map && document.activeElement === this.map.canvas) {
        void this.tellView(this.map);
      }
    }, SETTLE_MS);
  }

  /** What is told is of the view as it stands: another movement tells anew. */
  private async tellView(map: LiveMap): Promise<void> {
    const turn = this.settle;
    const n = await map.visibleFeatures();
    if (turn === this.settle) announce(t('viewNow', { n: integer(n), zoom: Math.round(map.view.zoom) }));
  }

  // Identify and select ----------------------------------------------------------------------

  private onIdentify(hits: Hit[], at: [number, number]): void {
    this.clicked = at;
    const thematic = hits.filter((hit) => this.layers.get(hit.layer)?.role !== 'base');
    const first = thematic[0];
    // Of a place where nothing is shown one asks what is known of it.
    if (!first) return this.ask(at, hits);
    const alone = thematic.length < 2 && first.id !== null;
    if (!alone) {
      this.store.update({ selection: null, place: null }, 'view');
      const place: GeoJSON.Geometry = { type: 'Point', coordinates: at };
      this.map?.highlight(place);
      this.details.showHits(hits);
      this.map?.reveal(place);
      return;
    }
    this.details.remember(hits);
    this.fromMap = true;
    this.select({ layer: first.layer, id: first.id! });
  }

  private select(selection: Selection): void {
    const same = JSON.stringify(selection) === JSON.stringify(this.store.state.selection);
    if (same) void this.showSelection(selection);
    else this.store.update({ selection, place: null }, 'user');
  }

  private async onTarget({ selection, place }: State): Promise<void> {
    if (selection) return this.showSelection(selection);
    if (place) return this.showPlace(place);
    this.shown = null;
    this.map?.highlight(null);
    this.details.close();
  }

  // What is here -----------------------------------------------------------------------------

  /** Asks about a place, whose map shows `hits`. */
  private ask(place: Place, hits: Hit[], caution = ''): void {
    this.caution = caution;
    this.details.remember(hits);
    this.clicked = [place[0], place[1]];
    const same = String(place) === String(this.store.state.place);
    if (same) void this.showPlace(place);
    else this.store.update({ place, selection: null }, 'user');
  }

  private caution = '';

  /** About the feature shown, where it is a point, else about where the person pressed. */
  private askAgain(): void {
    const point = this.shown?.type === 'Point' ? (this.shown.coordinates as Position) : this.clicked;
    if (point) this.ask(point, []);
  }

  /** Where somebody is, is in no address, so that nobody gets it by copying one. */
  private showOwn(place: Position): void {
    this.details.remember([]);
    this.store.update({ place: null, selection: null }, 'view');
    this.caution = t('hereOwn');
    void this.showPlace(place);
  }

  private async showPlace(place: Place): Promise<void> {
    if (PHONE.matches) this.panel.setHeight('peek');
    this.shown = { type: 'Point', coordinates: [place[0], place[1]] };
    this.map?.highlight(this.shown);
    const caution = this.caution;
    this.caution = '';
    const answer = await this.details.showPlace(place, caution);
    if (!answer) return;
    this.shown = drawnPlace(answer);
    this.map?.highlight(this.shown);
    const point: GeoJSON.Geometry = { type: 'Point', coordinates: [place[0], place[1]] };
    if (!this.store.state.view) this.map?.fit(point);
    else this.map?.reveal(point);
  }

  /** What somebody chose in the search box. */
  private found(result: SearchResult): void {
    const target = targetOf(result);
    if (target.to === 'dataset') return location.assign(target.address);
    if (target.to === 'feature') return this.select(target.selection);
    if (target.to === 'layer') {
      const layer = this.layers.get(target.name);
      if (!layer) return;
      if (layer.geometry_type) this.toggle(layer, true);
      return this.listLayer(layer, 'all');
    }
    const [lon, lat] = target.place;
    this.map?.jump({ lon, lat, zoom: Math.max(this.map?.view.zoom ?? 0, 16) });
    this.ask(target.place, [], target.caution);
  }

  private shown: GeoJSON.Geometry | null = null;

  private async showSelection(selection: Selection): Promise<void> {
    if (PHONE.matches) this.panel.setHeight('peek');
    const feature = await this.details.show(selection);
    this.shown = feature?.geometry ?? null;
    this.map?.highlight(this.shown);
    // Whoever clicked sees the place already; at most the details came to lie over it.
    if (this.fromMap && this.clicked) this.map?.reveal({ type: 'Point', coordinates: this.clicked });
    else if (this.shown && this.map) this.reveal(this.shown);
    this.fromMap = false;
  }

  /** An address with a selection and no view opens on the selection. */
  private reveal(geometry: GeoJSON.Geometry): void {
    this.map?.highlight(geometry);
    if (!this.store.state.view) this.map?.fit(geometry);
    else this.map?.reveal(geometry);
  }

  private closeDetails(): void {
    const { selection, place } = this.store.state;
    if (selection || place) this.store.update({ selection: null, place: null }, 'user');
    else {
      this.map?.highlight(null);
      this.details.close();
    }
  }

  private closeUp(hit: Hit): void {
    void hit;
    this.closeDetails();
    if (this.clicked) this.map?.closeUp(this.clicked);
  }
}
