/** Patterns and point shapes that repeat a colour's meaning for those who do not tell colours.
 *
 * One drawing for the legend (SVG) and the map (canvas): paths in a square of `TILE` units, the
 * n-th row of a legend taking the n-th of them.
 */

export const TILE = 16;

export interface Pattern {
  d: string;
  filled: boolean;
}

const HATCHES: readonly Pattern[] = [
  { d: 'M-2 10 10-2M-2 18 18-2M6 18 18 6', filled: false },
  { d: 'M-2-2 18 18M-2 14 2 18M14-2 18 2', filled: false },
  { d: 'M4 2.6a1.4 1.4 0 1 0 .01 0ZM12 10.6a1.4 1.4 0 1 0 .01 0Z', filled: true },
  { d: 'M0 4H16M0 12H16', filled: false },
  { d: 'M4 0V16M12 0V16', filled: false },
  { d: 'M-2-2 18 18M-2 18 18-2', filled: false },
  { d: 'M4 1V7M1 4H7M12 9V15M9 12H15', filled: false },
];

/** Shapes fill a 24-unit square around (12, 12). */
const SHAPES: readonly string[] = [
  'M12 3.5a8.5 8.5 0 1 0 .01 0Z',
  'M12 2.2 21.8 12 12 21.8 2.2 12Z',
  'M12 2.5 22 20.5H2Z',
  'M4.2 4.2H19.8V19.8H4.2Z',
  'M12 21.5 2 3.5H22Z',
  'M12 2 21 7.2V16.8L12 22 3 16.8V7.2Z',
  'M12 1.8l2.9 7 7.3.6-5.6 4.8 1.8 7.2L12 17.5l-6.4 3.9 1.8-7.2L1.8 9.4l7.3-.6Z',
];

export function hatch(row: number): Pattern {
  return HATCHES[row % HATCHES.length]!;
}

export function shape(row: number): string {
  return SHAPES[row % SHAPES.length]!;
}
