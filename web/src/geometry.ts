/** Little geometry, in degrees. */
import type { Bounds } from './model';

/** The box around a geometry; null when it has no position. */
export function boundsOf(geometry: GeoJSON.Geometry): Bounds | null {
  const box: Bounds = [Infinity, Infinity, -Infinity, -Infinity];
  visit(geometry, box);
  return Number.isFinite(box[0]) ? box : null;
}

function visit(geometry: GeoJSON.Geometry, box: Bounds): void {
  if (geometry.type === 'GeometryCollection') {
    for (const part of geometry.geometries) visit(part, box);
  } else {
    widen(geometry.coordinates, box);
  }
}

type Coordinates = GeoJSON.Position | Coordinates[];

function widen(coordinates: Coordinates, box: Bounds): void {
  const [lon, lat] = coordinates;
  if (typeof lon === 'number' && typeof lat === 'number') {
    box[0] = Math.min(box[0], lon);
    box[1] = Math.min(box[1], lat);
    box[2] = Math.max(box[2], lon);
    box[3] = Math.max(box[3], lat);
  } else {
    for (const part of coordinates as Coordinates[]) widen(part, box);
  }
}
