import { ParseError } from '../host/host.ts';
import { configLines } from './config-lines.ts';

/** A section of an INI file, with those of its entries that were asked for. */
export interface IniSection {
  name: string;
  line: number;
  entries: IniEntry[];
}

export interface IniEntry {
  key: string;
  value: string;
  line: number;
}

/** Which keys of which section are read; a key that ends with `#` stands for any number there. */
export type IniKeys = Readonly<Record<string, readonly string[]>>;

/**
 * The sections of an INI file, as systemd and NetworkManager write them. Only what `keys` names is
 * taken: the rest may hold secrets, so neither the outcome nor an error holds any of it.
 */
export function parseIni(text: string, what: string, keys: IniKeys): IniSection[] {
  const sections: IniSection[] = [];
  for (const { number, text: line } of configLines(text, what, INI_COMMENTS)) {
    if (line === '') continue;
    const name = sectionName(line);
    if (name !== null) {
      sections.push({ name, line: number, entries: [] });
      continue;
    }
    const section = sections.at(-1);
    const [key, value] = entryOf(line) ?? [];
    if (section === undefined || key === undefined || value === undefined) {
      throw new ParseError(`${what}:${number}: expected "[section]" or "key=value"`);
    }
    if (isAskedFor(keys, section.name, key)) section.entries.push({ key, value, line: number });
  }
  return sections;
}

export const INI_COMMENTS = '#;';

/** The name in `[name]`, or null for any other line. */
export function sectionName(line: string): string | null {
  return /^\[([^\]]+)\]$/.exec(line)?.[1] ?? null;
}

/** Key and value of a line; null for any other line. */
export function entryOf(line: string): [key: string, value: string] | null {
  const equals = line.indexOf('=');
  return equals < 1 ? null : [line.slice(0, equals).trimEnd(), line.slice(equals + 1).trimStart()];
}

/** Whether a key of a section is among those that are read. */
export function isAskedFor(keys: IniKeys, section: string, key: string): boolean {
  if (!Object.hasOwn(keys, section)) return false;
  const wanted = keys[section] ?? [];
  return wanted.includes(key) || wanted.includes(key.replace(/\d{1,3}$/, '#'));
}

/** The values of a key in all sections of a name; an empty one takes back those before it. */
export function allValues(sections: readonly IniSection[], name: string, key: string): string[] {
  let values: string[] = [];
  for (const section of sections.filter((one) => one.name === name)) {
    for (const entry of section.entries.filter((one) => one.key === key)) {
      values = entry.value === '' ? [] : [...values, entry.value];
    }
  }
  return values;
}

/** The value that counts of a key: the last one. */
export function lastValue(
  sections: readonly IniSection[],
  name: string,
  key: string,
): string | undefined {
  return allValues(sections, name, key).at(-1);
}
