/** Values as people read them: labels instead of codes, decimal comma, dd/mm/aaaa, units. */
import { LANG, t } from './messages';
import type { FieldInfo, Feature, LayerInfo } from './model';

const decimal = new Intl.NumberFormat(LANG, { maximumFractionDigits: 6 });
/** Years are whole numbers that take no separator. */
const YEAR = /^(anio|ano|year|vigencia)(_|$)/;
const UNITS: Record<string, string> = {
  m2: 'm²',
  'm^2': 'm²',
  m3: 'm³',
  km2: 'km²',
  har: 'ha',
  '%': '%',
  Cel: '°C',
  a: 'años',
  d: 'días',
  h: 'h',
  min: 'min',
  'm/s': 'm/s',
  'Mbit/s': 'Mbps',
  '{#}': '',
  '1': '',
};

export function unit(code: string | undefined): string {
  if (!code) return '';
  return UNITS[code] ?? code.replace(/[{}[\]]/g, '').replaceAll('_', ' ');
}

export function day(text: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(text);
  return parts ? `${parts[3]}/${parts[2]}/${parts[1]}` : text;
}

/** An instant on the clock of the person's own country, as `dd/mm/aaaa hh:mm`. */
export function instant(text: string): string {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return day(text);
  const options = { timeZone: 'America/Bogota', hour12: false } as const;
  const clock = new Intl.DateTimeFormat('en-GB', { ...options, dateStyle: 'short' }).format(date);
  const time = new Intl.DateTimeFormat('en-GB', { ...options, timeStyle: 'short' }).format(date);
  return `${clock} ${time}`;
}

/** The day of an instant, on the same clock. */
export function dayOf(text: string): string {
  return /T/.test(text) ? (instant(text).split(' ')[0] ?? '') : day(text);
}

export function value(field: FieldInfo, raw: unknown): string {
  if (raw === null || raw === undefined || raw === '') return t('noValue');
  const label = field.codes?.[String(raw)];
  if (label !== undefined) return label;
  if (typeof raw === 'boolean') return raw ? t('yes') : t('no');
  if (typeof raw === 'number') return measured(field, raw);
  if (field.kind === 'date') return day(String(raw));
  if (field.kind === 'timestamp') return instant(String(raw));
  return String(raw);
}

function measured(field: FieldInfo, raw: number): string {
  const text = YEAR.test(field.name) ? String(raw) : decimal.format(raw);
  const suffix = unit(field.unit);
  return suffix ? `${text} ${suffix}` : text;
}

/** What a feature is called: its label field, else the field's code label, else its id. */
export function featureTitle(layer: LayerInfo, feature: Pick<Feature, 'id' | 'properties'>): string {
  const field = layer.fields.find((candidate) => candidate.name === layer.label);
  const raw = field && feature.properties[field.name];
  if (field && raw !== null && raw !== undefined && raw !== '') return value(field, raw);
  return String(feature.id ?? t('unnamed'));
}
