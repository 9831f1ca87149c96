/** The live map. Loaded after the page is usable; nothing else imports MapLibre. */
import {
  type GeoJSONSource,
  type LayerSpecification,
  Map as MapLibre,
  Marker,
  ScaleControl,
  setWorkerUrl,
  type StyleSpecification,
} from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import type { Choice, View } from '../address';
import { readable } from '../color';
import { boundsOf } from '../geometry';
import { t } from '../messages';
import type { Bounds, EntityInfo, Hit, LayerInfo } from '../model';
import { identify, mergedNow, visibleCount } from './identify';
import { serveImages } from './images';
import { AreaLabels } from './labels';
import {
  areaLabels,
  chosen,
  faded,
  fadings,
  onlyChosen,
  ownerOf,
  prepare,
  SELECTION,
  selectionLayers,
} from './style';

setWorkerUrl(workerUrl);

export interface MapOptions {
  container: HTMLElement;
  scale: HTMLElement;
  style: StyleSpecification;
  entity: EntityInfo;
  layers: ReadonlyMap<string, LayerInfo>;
  choices: ReadonlyMap<string, Choice>;
  view: View | null;
  onView(view: View): void;
  onIdentify(hits: Hit[], at: [number, number]): void;
  /** A long press, or the other button of a mouse. */
  onAsk(at: [number, number]): void;
  onFailing(names: ReadonlySet<string>): void;
  onBusy(busy: boolean): void;
  /** The map stands still and shows features merged in these layers. */
  onMerged(names: ReadonlySet<string>): void;
}

export class LiveMap {
  private map: MapLibre;
  /** Every layer there may be, in drawing order, with what it draws from. */
  private whole: StyleSpecification;
  private failing = new Set<string>();
  private choices: ReadonlyMap<string, Choice>;
  private highlighted: GeoJSON.Geometry | null = null;
  private here: Marker | null = null;

  constructor(private options: MapOptions) {
    const { style, layers, choices, entity } = options;
    this.choices = choices;
    this.whole = prepare(style, layers);
    this.map = new MapLibre({
      container: options.container,
      style: onlyChosen(this.whole, choices),
      ...this.opening(),
      minZoom: 6,
      maxZoom: 20,
      maxBounds: around(entity.extent),
      dragRotate: false,
      pitchWithRotate: false,
      rollEnabled: false,
      attributionControl: false,
      fadeDuration: reduced() ? 0 : 200,
      locale: { 'Map.Title': t('title', { municipality: entity.municipality }) },
      canvasContextAttributes: { antialias: true },
    });
    // Screen readers leave the arrow keys to an application.
    this.canvas.setAttribute('role', 'application');
    this.canvas.setAttribute('aria-describedby', 'map-keys');
    this.map.keyboard.disableRotation();
    this.map.touchZoomRotate.disableRotation();
    serveImages(this.map, layers.values());
    new AreaLabels(this.map, areaLabels(style, layers));
    this.addScale();
    this.listen();
  }

  /** Resolves once the style is there and the map can be asked. */
  ready(): Promise<void> {
    return new Promise((resolve) => void this.map.once('load', () => resolve()));
  }

  get view(): View {
    const { lat, lng } = this.map.getCenter();
    return { lat, lon: lng, zoom: this.map.getZoom() };
  }

  get bounds(): Bounds {
    const box = this.map.getBounds();
    return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
  }

  /** How many features are in sight, once all that the view needs has come. */
  async visibleFeatures(): Promise<number> {
    if (this.map.isMoving() || !this.map.loaded()) await this.map.once('idle');
    return visibleCount(this.map, this.options.layers);
  }

  get canvas(): HTMLCanvasElement {
    return this.map.getCanvas();
  }

  apply(choices: ReadonlyMap<string, Choice>): void {
    for (const layer of this.whole.layers) {
      const name = ownerOf(layer);
      const choice = name ? choices.get(name) : undefined;
      if (!name || !choice || choice === this.choices.get(name)) continue;
      if (this.map.getLayer(layer.id)) this.repaint(layer, choice);
      else if (choice.on) this.plant(layer, choice);
      if (!choice.on) this.fail(name, false);
    }
    this.choices = choices;
  }

  jump(view: View): void {
    this.map.jumpTo({ center: [view.lon, view.lat], zoom: view.zoom });
  }

  home(): void {
    this.map.easeTo({ ...this.opening(), duration: 500 });
  }

  zoom(step: 1 | -1): void {
    if (step > 0) this.map.zoomIn();
    else this.map.zoomOut();
  }

  closeUp(at: [number, number]): void {
    this.map.easeTo({ center: at, zoom: Math.min(this.map.getZoom() + 2, 19) });
  }

  fit(geometry: GeoJSON.Geometry): void {
    const bounds = boundsOf(geometry);
    if (bounds) this.map.fitBounds(bounds, { padding: this.padding(), maxZoom: 16.5, duration: 600 });
  }

  /** Moves only when the geometry is out of sight, or under what lies over the map. */
  reveal(geometry: GeoJSON.Geometry): void {
    const bounds = boundsOf(geometry);
    if (!bounds) return;
    const [west, south, east, north] = bounds;
    const { width, height } = this.size();
    const inside = this.padding(20);
    const point = this.map.project([(west + east) / 2, (south + north) / 2]);
    const sees =
      point.x > inside.left &&
      point.x < width - inside.right &&
      point.y > inside.top &&
      point.y < height - inside.bottom;
    const [w, s, e, n] = this.bounds;
    const fills = west < w && east > e && south < s && north > n;
    if (sees || fills) return;
    this.map.easeTo({
      center: [(west + east) / 2, (south + north) / 2],
      offset: [(inside.left - inside.right) / 2, (inside.top - inside.bottom) / 2],
    });
  }

  highlight(geometry: GeoJSON.Geometry | null): void {
    this.highlighted = geometry;
    const source = this.map.getSource<GeoJSONSource>('sig-selection');
    source?.setData(collection(geometry));
  }

  retry(name: string): void {
    this.fail(name, false);
    for (const id of this.sourcesOf(name)) {
      if (this.map.getSource(id)?.type === 'vector') this.replant(id);
    }
  }

  showHere(lon: number, lat: number, element: HTMLElement): void {
    this.here?.remove();
    this.here = new Marker({ element }).setLngLat([lon, lat]).addTo(this.map);
    this.map.easeTo({ center: [lon, lat], zoom: Math.max(this.map.getZoom(), 15) });
  }

  /** What is at the middle of the part of the map one can see. */
  identifyCentre(): void {
    this.ask(this.middle(), 14);
  }

  /** Where that middle is. */
  get centre(): [number, number] {
    const { x, y } = this.middle();
    const { lng, lat } = this.map.unproject([x, y]);
    return [lng, lat];
  }

  private middle(): { x: number; y: number } {
    const { width, height } = this.size();
    const inside = this.padding(0);
    return {
      x: (inside.left + width - inside.right) / 2,
      y: (inside.top + height - inside.bottom) / 2,
    };
  }

  resize(): void {
    this.map.resize();
  }

  private opening(): { center: [number, number]; zoom: number } {
    const { entity, view } = this.options;
    this.options.view = null;
    if (view) return { center: [view.lon, view.lat], zoom: view.zoom };
    // On a narrow screen the same city needs a smaller scale.
    const narrow = Math.min(this.options.container.clientWidth / 800, 1);
    return { center: entity.center, zoom: entity.zoom + Math.max(Math.log2(narrow || 1), -1) };
  }

  private listen(): void {
    const map = this.map;
    map.on('load', () => {
      map.addSource('sig-selection', { type: 'geojson', data: collection(this.highlighted) });
      const color = readable(this.options.entity.primary_color);
      for (const layer of selectionLayers(color)) map.addLayer(layer);
    });
    map.on('moveend', () => this.options.onView(this.view));
    map.on('click', ({ point, originalEvent }) => {
      const touch = (originalEvent as PointerEvent).pointerType === 'touch' || coarse();
      this.ask(point, touch ? 14 : 5);
    });
    map.on('contextmenu', ({ lngLat, originalEvent }) => {
      originalEvent.preventDefault();
      this.options.onAsk([lngLat.lng, lngLat.lat]);
    });
    map.on('mousemove', ({ point }) => {
      const over = identify(map, point, 3, this.options.layers).some(
        (hit) => this.options.layers.get(hit.layer)?.role !== 'base',
      );
      map.getCanvas().style.cursor = over ? 'pointer' : '';
    });
    map.on('dataloading', () => this.options.onBusy(true));
    map.on('idle', () => {
      this.options.onBusy(false);
      this.options.onMerged(mergedNow(map, this.options.layers));
    });
    map.on('error', (event) => {
      const id = (event as { sourceId?: string }).sourceId;
      if (id) for (const name of this.layersOf(id)) this.fail(name, true);
      // A tile that fails asks for no new frame, and without one the map never comes to rest.
      map.triggerRepaint();
    });
    map.on('sourcedata', ({ sourceId, sourceDataType, tile }) => {
      if (!tile || sourceDataType === 'metadata' || !this.failing.size) return;
      for (const name of this.layersOf(sourceId)) this.fail(name, false);
    });
    this.canvas.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      this.identifyCentre();
    });
  }

  private ask(point: { x: number; y: number }, reach: number): void {
    const hits = identify(this.map, point, reach, this.options.layers);
    const { lng, lat } = this.map.unproject([point.x, point.y]);
    this.options.onIdentify(hits, [lng, lat]);
  }

  private fail(name: string, failing: boolean): void {
    if (failing === this.failing.has(name)) return;
    if (failing) this.failing.add(name);
    else this.failing.delete(name);
    this.options.onFailing(new Set(this.failing));
  }

  private repaint(layer: LayerSpecification, choice: Choice): void {
    this.map.setLayoutProperty(layer.id, 'visibility', choice.on ? 'visible' : 'none');
    for (const { id, property, value } of fadings(layer)) {
      this.map.setPaintProperty(id, property as never, faded(value, choice.opacity) as never);
    }
  }

  /** Puts a layer where it belongs: below the next one above it that is on the map. */
  private plant(layer: LayerSpecification, choice: Choice): void {
    const source = 'source' in layer ? layer.source : '';
    const definition = this.whole.sources[source];
    if (definition && !this.map.getSource(source)) this.map.addSource(source, definition);
    const after = this.whole.layers.slice(this.whole.layers.indexOf(layer) + 1);
    const above = [...after.map(({ id }) => id), SELECTION].find((id) => this.map.getLayer(id));
    this.map.addLayer(chosen(layer, choice), above);
  }

  /** MapLibre 6 never asks again for a tile that failed: its source is taken out and put back. */
  private replant(source: string): void {
    const mine = this.whole.layers.filter(
      (layer) => 'source' in layer && layer.source === source && this.map.getLayer(layer.id),
    );
    for (const layer of mine) this.map.removeLayer(layer.id);
    this.map.removeSource(source);
    for (const layer of mine) {
      const choice = this.choices.get(ownerOf(layer) ?? '');
      if (choice) this.plant(layer, choice);
    }
  }

  private sourcesOf(name: string): Set<string> {
    const mine = this.whole.layers.filter((layer) => ownerOf(layer) === name && 'source' in layer);
    return new Set(mine.map((layer) => (layer as { source: string }).source));
  }

  /** The layers that are on and draw from a source. */
  private layersOf(source: string): Set<string> {
    const names = new Set<string>();
    for (const layer of this.whole.layers) {
      const name = ownerOf(layer);
      const its = 'source' in layer && layer.source === source;
      if (its && name && this.choices.get(name)?.on) names.add(name);
    }
    return names;
  }

  private addScale(): void {
    const scale = new ScaleControl({ maxWidth: 110, unit: 'metric' });
    this.options.scale.replaceChildren(scale.onAdd(this.map));
  }

  private size(): { width: number; height: number } {
    const { clientWidth: width, clientHeight: height } = this.options.container;
    return { width, height };
  }

  /** How far panel and details reach over the map, in pixels, and `extra` on every side. */
  private padding(extra = 48): { top: number; right: number; bottom: number; left: number } {
    const map = this.options.container.getBoundingClientRect();
    const padding = { top: extra, right: extra, bottom: extra, left: extra };
    for (const id of ['details', 'panel']) {
      const box = document.getElementById(id)?.getBoundingClientRect();
      if (!box?.width || box.top >= map.bottom || box.left >= map.right || box.right <= map.left) continue;
      if (box.bottom <= map.top) continue;
      if (box.width > map.width * 0.7) {
        padding.bottom = Math.max(padding.bottom, map.bottom - box.top + extra / 2);
      } else if (box.left > map.left + 80) {
        padding.right = Math.max(padding.right, map.right - box.left + extra / 2);
      }
    }
    // What is left must be something.
    padding.bottom = Math.min(padding.bottom, Math.max(map.height - padding.top - 60, 0));
    padding.right = Math.min(padding.right, Math.max(map.width - padding.left - 60, 0));
    return padding;
  }
}

const reduced = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
const coarse = (): boolean => matchMedia('(pointer: coarse)').matches;

function collection(geometry: GeoJSON.Geometry | null): GeoJSON.FeatureCollection {
  const features = geometry ? [{ type: 'Feature' as const, geometry, properties: {} }] : [];
  return { type: 'FeatureCollection', features };
}

/** Room around the municipality, so that nobody gets lost at sea. */
function around([west, south, east, north]: Bounds): [number, number, number, number] {
  const room = Math.max(east - west, north - south);
  return [west - room, south - room, east + room, north + room];
}
