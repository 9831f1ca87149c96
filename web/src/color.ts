/** Colours by arithmetic: contrast as WCAG 2.1 defines it. */

export type Rgb = [number, number, number];

export function parse(hex: string): Rgb {
  const text = /^#?([0-9a-f]{6})$/i.exec(hex)?.[1] ?? '3366cc';
  return [0, 2, 4].map((at) => parseInt(text.slice(at, at + 2), 16)) as Rgb;
}

export function format(rgb: Rgb): string {
  return `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

/** `share` of black mixed in, 0 to 1. */
export function darker(hex: string, share: number): string {
  return format(parse(hex).map((part) => part * (1 - share)) as Rgb);
}

export function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** `hex`, darkened no more than needed to read as text on white (4.5:1). */
export function readable(hex: string): string {
  let color = format(parse(hex));
  for (let step = 0; contrast(color, '#ffffff') < 4.5 && step < 40; step++) {
    color = darker(color, 0.05);
  }
  return color;
}

function luminance(hex: string): number {
  const [r, g, b] = parse(hex).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
