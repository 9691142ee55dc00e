import { hex, matches, type Replacements, type Source } from './replacements.ts';

const UUID = /(?<![\w-])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![\w-])/gi;
const LVM_ID = /(?<![\w-])[A-Za-z0-9]{6}-(?:[A-Za-z0-9]{4}-){5}[A-Za-z0-9]{6}(?![\w-])/g;
const MACHINE_ID = /^[0-9a-f]{32}$/gim;

/** UUIDs, the identifiers of LVM, and the machine id. */
export function identifiers(sources: readonly Source[]): Replacements {
  const uuids = matches(sources, UUID).filter((id) => /[1-9a-f]/i.test(id));
  const machines = sources.filter(({ name }) => name.endsWith('/machine-id'));
  return {
    words: new Map([
      ...numbered(uuids, (n) => `00000000-0000-4000-8000-${hex(n, 12)}`),
      ...numbered(matches(machines, MACHINE_ID), (n) => hex(n, 32)),
      ...numbered(matches(sources, LVM_ID), (n) => `MUSTER-0000-0000-0000-0000-0000-${hex(n, 6)}`),
    ]),
    notAfter: '[0-9A-Za-z]',
    notBefore: '[0-9A-Za-z]',
  };
}

/** Spellings that differ only in case are one identifier and keep their case. */
function numbered(ids: readonly string[], nth: (n: number) => string): [string, string][] {
  const distinct = [...new Set(ids.map((id) => id.toLowerCase()))].sort();
  return ids.map((id) => {
    const replacement = nth(distinct.indexOf(id.toLowerCase()) + 1);
    return [id, id === id.toUpperCase() ? replacement.toUpperCase() : replacement];
  });
}
