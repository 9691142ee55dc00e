import { z } from 'zod';
import type { HostsLine, Lookup } from '../../shared/facts/names.ts';
import { policyNames } from '../../shared/policy.ts';
import type { Reading } from '../../shared/reading.ts';
import { firstAnswer, orNull } from '../attempts.ts';
import { type Host, HostError, ParseError } from '../host/host.ts';
import { quote, textLines } from '../parse.ts';
import { type Probe, reading } from '../probe.ts';

/** What /etc/hosts and the system resolver say of the own names and of the policy's. */
export const namesProbe: Probe<'names'> = {
  section: 'names',
  timeoutMs: 60_000,
  async collect(host, policy) {
    const hostname = await hostNameOf(host);
    const fqdn = await reading('hostname --fqdn', () => fqdnOf(host));
    const file = await reading('/etc/hosts', async () => parseHosts(await host.read('/etc/hosts')));
    const ownNames = fqdn.status === 'ok' ? [hostname, fqdn.value] : [hostname];
    const own = [...new Set(ownNames)];
    const lookups = await lookUpAll(host, [...own, ...policyNames(policy)], file);
    return {
      hostname,
      fqdn,
      hosts: mapReading(file, ({ lines }) => lines),
      badHostsLines: file.status === 'ok' ? file.value.badLines : [],
      hostsOrder: await orNull(async () => parseHostsOrder(await host.read('/etc/nsswitch.conf'))),
      own: lookups.slice(0, own.length),
      lookups: lookups.slice(own.length),
    };
  },
};

/** A resolver that does not answer is given up on after this; glibc's own default is 5 s a try. */
const LOOKUP_TIMEOUT_MS = 10_000;
/** Lookups side by side: enough to wait out dead DNS, few enough for one node. */
const LOOKUPS_AT_ONCE = 16;

function hostNameOf(host: Host): Promise<string> {
  const paths = ['/proc/sys/kernel/hostname', '/etc/hostname'];
  return firstAnswer(
    paths.map((path) => async () => parseName(await host.read(path), `the host name in ${path}`)),
  );
}

async function fqdnOf(host: Host): Promise<string> {
  const options = { timeoutMs: LOOKUP_TIMEOUT_MS };
  const result = await host.run('hostname', ['--fqdn'], options);
  return parseName(result.stdout, 'the answer of hostname --fqdn');
}

function parseName(text: string, what: string): string {
  const name = text.trim();
  if (!isHostName(name)) throw new ParseError(`${what} is not a name: ${quote(name)}`);
  return name;
}

/** Host names as they are met, underscores included; never an option of a command. */
function isHostName(text: string): boolean {
  return text.length <= 253 && /^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?$/.test(text);
}

/** The lines of /etc/hosts, with the numbers of those that are not an address and names. */
export interface HostsFile {
  lines: HostsLine[];
  badLines: number[];
}

/** /etc/hosts as the resolver reads it: any blanks between, `#` begins a comment. */
export function parseHosts(text: string): HostsFile {
  const file: HostsFile = { lines: [], badLines: [] };
  for (const [index, line] of textLines(text, '/etc/hosts').entries()) {
    const [address, ...names] = wordsOf(line);
    if (address === undefined) continue;
    if (!isAddress(address) || names.length === 0 || !names.every(isHostName)) {
      file.badLines.push(index + 1);
    } else {
      file.lines.push({ line: index + 1, address, names });
    }
  }
  return file;
}

/** IPv4 or IPv6, the latter with or without a zone such as `%eth0`. */
function isAddress(text: string): boolean {
  return addressSchema.safeParse(text.replace(/%.*$/, '')).success;
}

const addressSchema = z.union([z.ipv4(), z.ipv6()]);

function wordsOf(line: string): string[] {
  const [text = ''] = line.split('#', 1);
  return text.split(/\s+/).filter((word) => word !== '');
}

/** The sources of the `hosts:` line of nsswitch.conf, actions in brackets left out. */
export function parseHostsOrder(text: string): string[] | null {
  for (const line of textLines(text, 'nsswitch.conf')) {
    const [database, ...sources] = wordsOf(line.replaceAll(/\[[^\][]*\]/g, ' '));
    if (database === 'hosts:') return sources;
  }
  return null;
}

async function lookUpAll(
  host: Host,
  names: readonly string[],
  file: Reading<HostsFile>,
): Promise<Lookup[]> {
  const lookups: Lookup[] = [];
  const waiting = [...names.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, name] = next;
      lookups[index] = await lookUp(host, name, file);
    }
  };
  await Promise.all(Array.from({ length: LOOKUPS_AT_ONCE }, worker));
  return lookups;
}

async function lookUp(host: Host, name: string, file: Reading<HostsFile>): Promise<Lookup> {
  return {
    name,
    files: mapReading(file, ({ lines }) => addressesOf(lines, name)),
    resolver: await reading(`getent ahosts ${name}`, () => resolve(host, name)),
  };
}

/** The addresses that the lines give a name, in their order; names are compared without case. */
export function addressesOf(lines: readonly HostsLine[], name: string): string[] {
  const wanted = name.toLowerCase();
  const matching = lines.filter(({ names }) => names.some((own) => own.toLowerCase() === wanted));
  return [...new Set(matching.map(({ address }) => address))];
}

async function resolve(host: Host, name: string): Promise<string[]> {
  if (!isHostName(name)) {
    throw new HostError('unsupported', 'getent', `"${name}" cannot be a host name; not looked up`);
  }
  const options = { timeoutMs: LOOKUP_TIMEOUT_MS, okCodes: [NO_SUCH_NAME] };
  const result = await host.run('getent', ['ahosts', name], options);
  return result.code === NO_SUCH_NAME ? [] : parseAhosts(result.stdout);
}

/** Exit code of getent when the name has no address. */
const NO_SUCH_NAME = 2;

/** The addresses of `getent ahosts`, each once, in the resolver's order. */
export function parseAhosts(text: string): string[] {
  const lines = textLines(text, 'getent').filter((line) => line.trim() !== '');
  const addresses = lines.map((line) => wordsOf(line)[0] ?? '');
  const bad = addresses.findIndex((address) => !isAddress(address));
  if (addresses.length === 0) throw new ParseError('getent found the name and gave no address');
  if (bad >= 0) throw new ParseError(`not a line of getent: ${quote(lines[bad] ?? '')}`);
  return [...new Set(addresses)];
}

function mapReading<A, B>(from: Reading<A>, change: (value: A) => B): Reading<B> {
  return from.status === 'ok' ? { status: 'ok', value: change(from.value) } : from;
}
