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

export type Ring = GeoJSON.Position[];

/** Area of a ring in square degrees, whichever way it turns. */
export function areaOf(ring: Ring): number {
  let twice = 0;
  for (let at = 0; at + 1 < ring.length; at++) {
    const [x0 = 0, y0 = 0] = ring[at]!;
    const [x1 = 0, y1 = 0] = ring[at + 1]!;
    twice += x0 * y1 - x1 * y0;
  }
  return Math.abs(twice) / 2;
}

const GRID = 9;

/** A point of the ring's inside, within `view` and far from its edges; null when there is none. */
export function centreOf(ring: Ring, view: Bounds): GeoJSON.Position | null {
  const box = boundsOf({ type: 'LineString', coordinates: ring });
  if (!box) return null;
  const west = Math.max(box[0], view[0]);
  const south = Math.max(box[1], view[1]);
  const width = Math.min(box[2], view[2]) - west;
  const height = Math.min(box[3], view[3]) - south;
  if (width <= 0 || height <= 0) return null;
  let best: GeoJSON.Position | null = null;
  let far = 0;
  for (let at = 0; at < GRID * GRID; at++) {
    const x = west + (width * ((at % GRID) + 0.5)) / GRID;
    const y = south + (height * (Math.floor(at / GRID) + 0.5)) / GRID;
    const away = clearance(ring, x, y);
    if (away > far) [best, far] = [[x, y], away];
  }
  return best;
}

/** Squared distance from a point to the ring's edge; −1 outside. */
function clearance(ring: Ring, x: number, y: number): number {
  let inside = false;
  let least = Infinity;
  for (let at = 0; at + 1 < ring.length; at++) {
    const [x0 = 0, y0 = 0] = ring[at]!;
    const [x1 = 0, y1 = 0] = ring[at + 1]!;
    if (y0 > y !== y1 > y && x < ((x1 - x0) * (y - y0)) / (y1 - y0) + x0) inside = !inside;
    least = Math.min(least, toSegment(x, y, x0, y0, x1, y1));
  }
  return inside ? least : -1;
}

function toSegment(x: number, y: number, x0: number, y0: number, x1: number, y1: number): number {
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  const along = length ? Math.min(Math.max(((x - x0) * dx + (y - y0) * dy) / length, 0), 1) : 0;
  return (x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2;
}
