/** One name per area, in the part of it one sees.
 *
 * Tiles cut areas, and a name drawn from tiles is written once in each piece. Here the pieces of
 * an area that are loaded are looked at together, and its name goes to one point well inside the
 * largest of them, kept for as long as that point is in sight.
 */
import type { GeoJSONSource, Map as MapLibre, SymbolLayerSpecification } from 'maplibre-gl';
import { areaOf, boundsOf, centreOf, type Ring } from '../geometry';
import type { Bounds } from '../model';

export interface AreaLabel {
  /** The style layer that writes the names, reading from `labelSource`. */
  layer: SymbolLayerSpecification;
  /** Where the areas themselves are. */
  source: string;
  sourceLayer: string;
}

interface Piece {
  ring: Ring;
  size: number;
}

export const labelSource = (layer: string): string => `sig-label-${layer}`;

export class AreaLabels {
  private points = new Map<string, GeoJSON.Position>();
  private written = new Map<string, string>();

  constructor(
    private map: MapLibre,
    private labels: readonly AreaLabel[],
  ) {
    if (labels.length) map.on('idle', () => this.refresh());
  }

  private refresh(): void {
    const zoom = this.map.getZoom();
    for (const label of this.labels) {
      const drawn = this.map.getLayer(label.layer.id);
      const shown = drawn && this.map.getLayoutProperty(label.layer.id, 'visibility') !== 'none';
      if (shown && zoom >= (label.layer.minzoom ?? 0)) this.write(label, Math.round(zoom));
    }
  }

  private write(label: AreaLabel, zoom: number): void {
    const view = this.view();
    const { sourceLayer } = label;
    const areas = new Map<string, { properties: GeoJSON.GeoJsonProperties; pieces: Piece[] }>();
    for (const feature of this.map.querySourceFeatures(label.source, { sourceLayer })) {
      const id = String(feature.properties['_id'] ?? feature.id);
      const area = areas.get(id) ?? { properties: { ...feature.properties }, pieces: [] };
      area.pieces.push(...piecesOf(feature.geometry, view));
      areas.set(id, area);
    }
    const features: GeoJSON.Feature[] = [];
    for (const [id, { properties, pieces }] of areas) {
      const key = `${label.source}/${zoom}/${id}`;
      const point = this.kept(key, view) ?? place(pieces, view);
      if (!point) continue;
      this.points.set(key, point);
      features.push({ type: 'Feature', geometry: { type: 'Point', coordinates: point }, properties });
    }
    this.send(label, features);
  }

  private send(label: AreaLabel, features: GeoJSON.Feature[]): void {
    const text = features
      .map(({ geometry, properties }) => JSON.stringify([geometry, properties]))
      .sort()
      .join();
    if (this.written.get(label.layer.id) === text) return;
    this.written.set(label.layer.id, text);
    const source = this.map.getSource<GeoJSONSource>(label.layer.source);
    source?.setData({ type: 'FeatureCollection', features });
  }

  private kept(key: string, view: Bounds): GeoJSON.Position | null {
    const point = this.points.get(key);
    return point && within(point, view) ? point : null;
  }

  private view(): Bounds {
    const box = this.map.getBounds();
    return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()];
  }
}

function piecesOf(geometry: GeoJSON.Geometry, view: Bounds): Piece[] {
  const polygons =
    geometry.type === 'Polygon'
      ? [geometry.coordinates]
      : geometry.type === 'MultiPolygon'
        ? geometry.coordinates
        : [];
  return polygons.flatMap(([ring]) => {
    if (!ring) return [];
    const box = boundsOf({ type: 'LineString', coordinates: ring });
    const seen = box && overlap(box, view);
    if (!seen) return [];
    const share = ((seen[2] - seen[0]) * (seen[3] - seen[1])) / ((box[2] - box[0]) * (box[3] - box[1]));
    return [{ ring, size: areaOf(ring) * share }];
  });
}

function place(pieces: Piece[], view: Bounds): GeoJSON.Position | null {
  const largest = pieces.reduce<Piece | null>(
    (best, piece) => (best && best.size >= piece.size ? best : piece),
    null,
  );
  return largest ? centreOf(largest.ring, view) : null;
}

function overlap(one: Bounds, other: Bounds): Bounds | null {
  const west = Math.max(one[0], other[0]);
  const south = Math.max(one[1], other[1]);
  const east = Math.min(one[2], other[2]);
  const north = Math.min(one[3], other[3]);
  return west < east && south < north ? [west, south, east, north] : null;
}

function within([lon = 0, lat = 0]: GeoJSON.Position, [west, south, east, north]: Bounds): boolean {
  return lon > west && lon < east && lat > south && lat < north;
}
