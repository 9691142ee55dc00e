/** Bytes in the binary units that LVM and Ganeti use. */
export const KIB = 1024;
export const MIB = 1024 * KIB;
export const GIB = 1024 * MIB;
export const TIB = 1024 * GIB;

const byteUnits: Record<string, number> = {
  B: 1,
  KiB: KIB,
  MiB: MIB,
  GiB: GIB,
  TiB: TIB,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
};
/** Half of the days that a date can be away from 1970: what is longer ends at no date. */
const DURATION_MAX_MS = 50_000_000 * 86_400_000;

const durationUnits: Record<string, number> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Bytes of `20 GiB`, `500MB` …; null when it is not a size. A bare number is refused: no unit. */
export function parseBytes(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([A-Za-z]+)$/.exec(text.trim());
  // as an own key: "constructor" is the name of something, and of no unit
  const unit = match?.[2] ?? '';
  const factor = Object.hasOwn(byteUnits, unit) ? byteUnits[unit] : undefined;
  if (!match || factor === undefined) return null;
  const bytes = Math.round(Number(match[1]) * factor);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** Milliseconds of `15m`, `2h30m`, `500ms` …; null when it is not a duration. */
export function parseDuration(text: string): number | null {
  const compact = text.replaceAll(/\s/g, '');
  if (!/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(compact)) return null;
  let total = 0;
  for (const part of compact.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
    total += Number(part[1]) * (durationUnits[part[2] ?? ''] ?? Number.NaN);
  }
  return total <= DURATION_MAX_MS ? total : null;
}

/** `22.5 GiB`, `512 MiB`: the largest binary unit that leaves at least 1, one decimal at most. */
export function formatBytes(bytes: number): string {
  const units: [string, number][] = [
    ['TiB', TIB],
    ['GiB', GIB],
    ['MiB', MIB],
    ['KiB', KIB],
  ];
  const [name, size] = units.find(([, factor]) => Math.abs(bytes) >= factor) ?? ['B', 1];
  return `${trimDecimal(bytes / size)} ${name}`;
}

/** As `formatBytes`, but to the byte when rounding would make it look equal to `other`. */
export function formatApart(bytes: number, other: number): string {
  const rounded = formatBytes(bytes);
  return bytes !== other && rounded === formatBytes(other) ? `${bytes} B` : rounded;
}

/** `3 d 4 h`, `15 min`, `42 s`, `350 ms`: the two largest units. */
export function formatDuration(ms: number): string {
  if (Math.abs(ms) < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor((seconds % 86_400) / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ];
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

function trimDecimal(value: number): string {
  return value.toFixed(1).replace(/\.0$/, '');
}
