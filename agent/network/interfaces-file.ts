import { ParseError } from '../host/host.ts';
import { configLines } from './config-lines.ts';

/** An option of a stanza with its words. */
export interface StanzaOption {
  name: string;
  words: string[];
}

/** An `iface` stanza as it stands in the file. */
export interface Stanza {
  interface: string;
  /** inet, inet6; null when it is not stated */
  family: string | null;
  method: string | null;
  /** the stanza it takes its options from */
  inherits: string | null;
  /** file and line */
  source: string;
  /** those that are read; of the rest not even the name is kept */
  options: StanzaOption[];
}

/** One file in the format of interfaces(5); what starts at boot may stand in another file. */
export interface InterfacesFile {
  stanzas: Stanza[];
  /** interfaces, or `/patterns` of them, that `ifup -a` brings up */
  auto: string[];
  /** those that are brought up when their device appears */
  hotplug: string[];
  /** files to read as well */
  sources: Source[];
}

/** A `source` line names files by a pattern, `source-directory` a folder. */
export interface Source {
  kind: 'source' | 'source-directory';
  pattern: string;
}

export const INTERFACES_COMMENTS = '#';

/** The options that are read, with `-` for the `_` that may stand there as well. */
export const interfacesOptions: ReadonlySet<string> = new Set([
  'address',
  'netmask',
  'gateway',
  'mtu',
  'bridge-ports',
  'bridge-stp',
  'bridge-fd',
  'bridge-vlan-aware',
  'bond-slaves',
  'slaves',
  'bond-mode',
  'bond-master',
  'vlan-raw-device',
  'vlan-id',
  'inherits',
]);

/** The name of an option in the spelling of `interfacesOptions`. */
export function optionName(word: string): string {
  return word.replaceAll('_', '-');
}

const START = new Set(['auto', 'allow-auto']);
/** Keywords that begin something else than an option of the stanza above. */
const OTHERS = /^(no-auto-down|no-scripts|rename|template|(allow|no)-.+)$/;

/** The text of one file; an error names the line that makes no sense, and quotes nothing of it. */
export function parseInterfaces(text: string, what: string): InterfacesFile {
  const file: InterfacesFile = { stanzas: [], auto: [], hotplug: [], sources: [] };
  let inMapping = false;
  for (const { number, text: line } of configLines(text, what, INTERFACES_COMMENTS)) {
    const [keyword = '', ...words] = line.split(/\s+/);
    const where = `${what}:${number}`;
    if (keyword === '') continue;
    if (isTemplate(keyword, line))
      throw new ParseError(`${where}: a template, which is not understood`);
    if (keyword === 'iface') file.stanzas.push(stanzaOf(words, where));
    else if (keyword === 'source' || keyword === 'source-directory')
      file.sources.push(...words.map((pattern) => ({ kind: keyword, pattern }) as const));
    else if (START.has(keyword)) file.auto.push(...words);
    else if (keyword === 'allow-hotplug') file.hotplug.push(...words);
    else if (keyword !== 'mapping' && !inMapping && !OTHERS.test(keyword))
      addOption(file.stanzas.at(-1), keyword, { words, where });
    if (keyword === 'mapping') inMapping = true;
    else if (keyword === 'iface') inMapping = false;
  }
  return file;
}

/** Those of ifupdown2; in a command such as `up echo ${IFACE}` the same is for a shell. */
function isTemplate(keyword: string, line: string): boolean {
  if (/^(%|<%|\$\{)/.test(line)) return true;
  const isRead = interfacesOptions.has(optionName(keyword)) || /^(iface|auto)$/.test(keyword);
  return isRead && line.includes('${');
}

function stanzaOf([name, ...rest]: readonly string[], where: string): Stanza {
  if (name === undefined) throw new ParseError(`${where}: a stanza without an interface`);
  const at = rest.indexOf('inherits');
  const [family = null, method = null] = at < 0 ? rest : rest.slice(0, at);
  const inherits = at < 0 ? null : (rest[at + 1] ?? null);
  return { interface: name, family, method, inherits, source: where, options: [] };
}

function addOption(
  stanza: Stanza | undefined,
  keyword: string,
  { words, where }: { words: string[]; where: string },
): void {
  if (stanza === undefined) throw new ParseError(`${where}: an option before any stanza`);
  const name = optionName(keyword);
  if (name === 'inherits') stanza.inherits = words[0] ?? null;
  else if (interfacesOptions.has(name)) stanza.options.push({ name, words });
}
