/** Images the style names and the page draws: hatches and point shapes, no sprite needed. */
import type { Map as MapLibre } from 'maplibre-gl';
import { darker } from '../color';
import type { LayerInfo } from '../model';
import { hatch, shape, TILE } from '../patterns';

const RATIO = 2;

export function serveImages(map: MapLibre, layers: Iterable<LayerInfo>): void {
  const rows = hatchRows(layers);
  map.setMissingStyleImageResolver((id) => {
    const image = map.hasImage(id) ? null : draw(id, rows);
    if (image) map.addImage(id, image, { pixelRatio: RATIO });
  });
}

function draw(id: string, rows: ReadonlyMap<string, number>): ImageData | null {
  const hatched = /^hatch-([0-9a-f]{6})$/i.exec(id)?.[1];
  if (hatched) return drawHatch(`#${hatched}`, rows.get(hatched.toLowerCase()) ?? 0);
  const point = /^punto-(\d+)-([0-9a-f]{6})$/i.exec(id);
  return point ? drawPoint(Number(point[1]), `#${point[2]}`) : null;
}

/** Which pattern a colour goes with: its row in the first legend that hatches it. */
function hatchRows(layers: Iterable<LayerInfo>): Map<string, number> {
  const rows = new Map<string, number>();
  for (const layer of layers) {
    layer.legend.forEach((row, position) => {
      const hex = row.color.replace('#', '').toLowerCase();
      if (row.hatch && !rows.has(hex)) rows.set(hex, position);
    });
  }
  return rows;
}

function drawHatch(color: string, row: number): ImageData {
  const { d, filled } = hatch(row);
  return onCanvas(TILE, (pen) => {
    const path = new Path2D(d);
    pen.globalAlpha = 0.75;
    pen.fillStyle = pen.strokeStyle = darker(color, 0.4);
    pen.lineWidth = 1.1;
    if (filled) pen.fill(path);
    else pen.stroke(path);
  });
}

function drawPoint(position: number, color: string): ImageData {
  return onCanvas(24, (pen) => {
    const path = new Path2D(shape(position));
    pen.lineJoin = 'round';
    pen.translate(12, 12);
    pen.scale(0.82, 0.82);
    pen.translate(-12, -12);
    pen.lineWidth = 5;
    pen.strokeStyle = '#ffffff';
    pen.stroke(path);
    pen.lineWidth = 1.8;
    pen.strokeStyle = darker(color, 0.35);
    pen.fillStyle = color;
    pen.fill(path);
    pen.stroke(path);
  });
}

function onCanvas(size: number, paint: (pen: CanvasRenderingContext2D) => void): ImageData {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * RATIO;
  const pen = canvas.getContext('2d')!;
  pen.scale(RATIO, RATIO);
  paint(pen);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}
