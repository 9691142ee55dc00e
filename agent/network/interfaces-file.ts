import { posix } from 'node:path';
import type { Stanza } from '../../shared/facts/network.ts';
import { type Host, HostError, ParseError } from '../host/host.ts';
import { quote, textLines } from '../parse.ts';

const MAIN_FILE = '/etc/network/interfaces';

/**
 * The `iface` stanzas of /etc/network/interfaces and of the files it sources (one level deep);
 * null where there is no such file, as something else than ifupdown makes the network.
 */
export async function readStanzas(host: Host): Promise<Stanza[] | null> {
  const text = await presentOrNull(host.read(MAIN_FILE));
  if (text === null) return null;
  const files = [parseInterfaces(text, MAIN_FILE)];
  for (const pattern of files.flatMap((file) => file.sources)) {
    for (const path of await matching(host, pattern)) {
      const sourced = await presentOrNull(host.read(path));
      if (sourced !== null) files.push(parseInterfaces(sourced, path));
    }
  }
  const atBoot = new Set(files.flatMap((file) => file.atBoot));
  return files.flatMap(({ stanzas }) =>
    stanzas.map((stanza) => ({ ...stanza, atBoot: atBoot.has(stanza.interface) })),
  );
}

async function presentOrNull<T>(taken: Promise<T>): Promise<T | null> {
  try {
    return await taken;
  } catch (error) {
    if (error instanceof HostError && error.kind === 'not_found') return null;
    throw error;
  }
}

type Stanzas = Omit<Stanza, 'atBoot'>[];

/** One file of ifupdown; what starts at boot may stand in another file than the stanza. */
export interface InterfacesFile {
  stanzas: Stanzas;
  /** interfaces named by `auto` or `allow-hotplug` */
  atBoot: string[];
  /** paths to read as well, as shell patterns */
  sources: string[];
}

/** The text of one file in the format of interfaces(5). */
export function parseInterfaces(text: string, what: string): InterfacesFile {
  const lines = textLines(text.replaceAll(/\\\r?\n/g, ' '), what)
    .map((line) => line.trim().split(/\s+/))
    .filter(([keyword]) => keyword !== '' && !keyword?.startsWith('#'));
  const file: InterfacesFile = { stanzas: [], atBoot: [], sources: [] };
  let inMapping = false;
  for (const [keyword = '', ...words] of lines) {
    if (START_KEYWORDS.has(keyword)) file.atBoot.push(...words);
    else if (keyword === 'source') file.sources.push(...words);
    else if (keyword === 'source-directory') file.sources.push(...words.map((path) => `${path}/*`));
    else if (keyword === 'iface') file.stanzas.push(stanzaOf(words, what));
    else if (!inMapping && !TOP_KEYWORDS.has(keyword))
      addOption(stanzaAbove(file, keyword, what), keyword, words);
    if (keyword === 'mapping') inMapping = true;
    else if (keyword === 'iface') inMapping = false;
  }
  return file;
}

const START_KEYWORDS = new Set(['auto', 'allow-auto', 'allow-hotplug']);
/** Keywords that begin something else than an option of the stanza above. */
const TOP_KEYWORDS = new Set(['mapping', 'no-auto-down', 'no-scripts', 'rename', 'template']);

function stanzaOf(words: readonly string[], what: string): Stanzas[number] {
  const [name, ...rest] = words;
  if (!name) throw new ParseError(`${what}: a stanza without an interface`);
  const [family = null, method = null] = rest[0] === 'inherits' ? [] : rest;
  return { interface: name, family, method, addresses: [], gateway: null, bridgePorts: null };
}

function stanzaAbove(file: InterfacesFile, option: string, what: string): Stanzas[number] {
  const stanza = file.stanzas.at(-1);
  if (!stanza) throw new ParseError(`${what}: ${quote(option)} stands before any stanza`);
  return stanza;
}

/** Of the options only those are kept that make or unmake a node's network. */
function addOption(stanza: Stanzas[number], option: string, words: readonly string[]): void {
  const [value] = words;
  if (option === 'address' && value) stanza.addresses.push(value);
  if (option === 'gateway' && value) stanza.gateway = value;
  if (/^bridge[_-]ports$/.test(option))
    stanza.bridgePorts = words.filter((port) => port !== 'none');
}

/** The files a `source` pattern means: a plain path, or `*` at the end of a folder. */
async function matching(host: Host, pattern: string): Promise<string[]> {
  if (!pattern.includes('*')) return [pattern];
  const folder = posix.dirname(pattern);
  const [prefix, suffix, ...more] = posix.basename(pattern).split('*');
  if (folder.includes('*') || prefix === undefined || suffix === undefined || more.length > 0) {
    throw new ParseError(`${MAIN_FILE}: the pattern ${quote(pattern)} is not understood`);
  }
  const names = (await presentOrNull(host.list(folder))) ?? [];
  return names
    .filter((name) => !name.startsWith('.') && name.startsWith(prefix) && name.endsWith(suffix))
    .map((name) => posix.join(folder, name));
}
