/** The little picture of one legend row, as the map draws it. */
import { darker } from './color';
import { svg } from './dom';
import type { LayerInfo, LegendRow } from './model';
import { hatch, shape, TILE } from './patterns';

export type Kind = 'point' | 'line' | 'area' | 'table';

export function kindOf(layer: LayerInfo): Kind {
  const type = layer.geometry_type ?? '';
  if (type.includes('Point')) return 'point';
  if (type.includes('Line')) return 'line';
  return type.includes('Polygon') ? 'area' : 'table';
}

let patterns = 0;

export function swatch(layer: LayerInfo, row: LegendRow, position: number): SVGElement {
  const box = { class: 'swatch', viewBox: '0 0 28 20', 'aria-hidden': 'true', focusable: 'false' };
  return svg('svg', box, ...drawing(layer, row, position));
}

function drawing(layer: LayerInfo, row: LegendRow, position: number): SVGElement[] {
  const outline = row.outline || darker(row.color, 0.35);
  switch (kindOf(layer)) {
    case 'point':
      return [
        svg('path', {
          d: shape(position),
          transform: 'translate(5.5 1.5) scale(.71)',
          fill: row.color,
          stroke: darker(row.color, 0.3),
          'stroke-width': 1.4,
        }),
      ];
    case 'line':
      return [line(row.color, layer.symbol?.width ?? 3, layer.symbol?.dashed ?? false)];
    case 'table':
      return [];
    case 'area':
      return [area(row.color, outline), ...(row.hatch ? hatched(row.color, position) : [])];
  }
}

function line(color: string, width: number, dashed: boolean): SVGElement {
  const thick = Math.min(Math.max(width, 2.5), 5);
  const path = { d: 'M2 14C9 14 11 6 26 6', fill: 'none', 'stroke-linecap': 'round' };
  const dash = dashed ? { 'stroke-dasharray': '4 4.5' } : {};
  return svg(
    'g',
    {},
    svg('path', { ...path, stroke: darker(color, 0.35), 'stroke-width': thick + 1.4, ...dash }),
    svg('path', { ...path, stroke: color, 'stroke-width': thick, ...dash }),
  );
}

const RECT = { x: 1.5, y: 1.5, width: 25, height: 17, rx: 3 };

function area(color: string, outline: string): SVGElement {
  return svg('rect', {
    ...RECT,
    fill: color,
    'fill-opacity': 0.55,
    stroke: outline === '#ffffff' ? darker(color, 0.25) : outline,
    'stroke-width': 1.5,
  });
}

function hatched(color: string, position: number): SVGElement[] {
  const id = `hatch-${patterns++}`;
  const { d, filled } = hatch(position);
  const ink = darker(color, 0.4);
  const paint = filled ? { fill: ink } : { fill: 'none', stroke: ink, 'stroke-width': 1.6 };
  const size = { width: TILE, height: TILE, patternUnits: 'userSpaceOnUse' };
  return [
    svg('pattern', { id, ...size, patternTransform: 'scale(.62)' }, svg('path', { d, ...paint })),
    svg('rect', { ...RECT, fill: `url(#${id})` }),
  ];
}
