import { type Check, defineCheck, type Judgement } from '../../check.ts';
import { known } from '../../evidence.ts';
import type { HostsLine, NamesFacts } from '../../facts/names.ts';
import { canonicalIp, parseIp } from '../../ip.ts';
import { fail, pass, skip, warn } from '../../judgement.ts';
import { type Policy, policyNames } from '../../policy.ts';
import { counted, listed } from '../../wording.ts';
import { isLoopback } from './loopback.ts';

const hostsDuplicates = defineCheck({
  id: 'names.hosts-duplicates',
  title: 'The hosts file gives every host one address of its own',
  why: 'Ganeti rewrites /etc/hosts by address: of two hosts on one address, one loses its line.',
  rules: ['NAME-06'],
  needs: ['names'],
  judge({ names }, policy) {
    const lines = known(names.hosts);
    const found = [...sharedAddresses(lines, policyNames(policy)), ...dividedNames(lines)];
    if (found.length > 0) return found;
    return pass(`${counted(lines.length, 'line')} without a duplicate`);
  },
});

/** Addresses with names of different hosts; canonical name and aliases on one line are one host. */
function sharedAddresses(lines: HostsLine[], cluster: string[]): Judgement[] {
  const byAddress = groupLines(lines, (line) => [canonicalIp(line.address)]);
  return [...byAddress].flatMap(([address, group]) => {
    if (!isOfAHost(address)) return [];
    const hosts = distinctHosts(group, new Set(cluster));
    if (hosts.length < 2) return [];
    return {
      subject: address,
      ...fail(
        `${address} stands for ${listed(hosts)} (${linesOf(group)} of /etc/hosts)`,
        `give each of ${listed(hosts)} its own address in /etc/hosts`,
      ),
    };
  });
}

/** Loopback, link-local and multicast lines are the system's own and stand for no host. */
function isOfAHost(address: string): boolean {
  const ip = parseIp(address.replace(/%.*$/, ''));
  if (ip === null || isLoopback(address)) return false;
  return ip.family === 4 || ip.value >> 120n < 0xfen;
}

/** One name per host: those of the cluster on any line, else the first name of each line. */
function distinctHosts(group: HostsLine[], cluster: ReadonlySet<string>): string[] {
  const names = group.flatMap((line) => {
    const planned = line.names.filter((name) => cluster.has(name));
    return planned.length > 0 ? planned : line.names.slice(0, 1);
  });
  const hosts: string[] = [];
  for (const name of names) {
    if (!hosts.some((other) => isSameHost(name, other))) hosts.push(name);
  }
  return hosts;
}

/** `node1` and `node1.example.org` are one host, as are two spellings of a name. */
function isSameHost(a: string, b: string): boolean {
  const [one, other] = [a.toLowerCase(), b.toLowerCase()];
  return one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`);
}

/** Names with two addresses of one family; localhost has several on purpose. */
function dividedNames(lines: HostsLine[]): Judgement[] {
  const byName = groupLines(lines, (line) => line.names.map((name) => name.toLowerCase()));
  return [...byName].flatMap(([name, group]) => {
    if (/^(localhost|ip6-localhost|ip6-loopback)(\.|$)/.test(name)) return [];
    const addresses = [...new Set(group.map((line) => canonicalIp(line.address)))];
    const families = new Set(addresses.map((address) => parseIp(address)?.family));
    if (addresses.length === families.size) return [];
    return {
      subject: name,
      ...fail(
        `${name} has the addresses ${listed(addresses)} (${linesOf(group)} of /etc/hosts)`,
        `keep one line for ${name} in /etc/hosts`,
      ),
    };
  });
}

function groupLines(
  lines: HostsLine[],
  keysOf: (line: HostsLine) => string[],
): Map<string, HostsLine[]> {
  const groups = new Map<string, HostsLine[]>();
  for (const line of lines) {
    for (const key of new Set(keysOf(line))) groups.set(key, [...(groups.get(key) ?? []), line]);
  }
  return groups;
}

function linesOf(group: HostsLine[]): string {
  const numbers = group.map(({ line }) => `${line}`);
  return `${numbers.length === 1 ? 'line' : 'lines'} ${listed(numbers)}`;
}

const hostsLines = defineCheck({
  id: 'names.hosts-lines',
  title: 'Every line of the hosts file can be read',
  why: 'The resolver passes over a malformed line in silence, and its name is missing.',
  rules: ['NAME-06'],
  needs: ['names'],
  judge({ names }) {
    const lines = known(names.hosts);
    if (names.badHostsLines.length === 0) return pass(`${counted(lines.length, 'line')} read`);
    const numbers = listed(names.badHostsLines.map((line) => `${line}`));
    return warn(
      `not an address with names: line ${numbers} of /etc/hosts`,
      'correct the line, or take it out',
    );
  },
});

const policyDuplicates = defineCheck({
  id: 'names.policy-duplicates',
  title: 'No two names of the cluster share an address',
  why: 'gnt-node add refuses a node whose address another has; the guide gives one away twice.',
  rules: ['NET-14'],
  needs: ['names'],
  judge({ names }, policy) {
    const holders = addressesOf(names, policy);
    if (holders.size === 0) return skip('the policy gives no addresses, and its names none');
    const shared = [...holders].filter(([, given]) => given.size > 1);
    if (shared.length === 0)
      return pass(`every address of the cluster (${holders.size}) has one name`);
    return shared.map(([address, given]) => ({
      subject: address,
      ...fail(
        `${address} belongs to ${listed([...given])}, expected one name`,
        'give each its own address, in the policy and in /etc/hosts or the DNS',
      ),
    }));
  },
});

/** Address to the names of the cluster that the policy, or this node's resolver, give it to. */
function addressesOf(names: NamesFacts, policy: Policy): Map<string, Set<string>> {
  const holders = new Map<string, Set<string>>();
  const give = (address: string | undefined, name: string) => {
    if (address === undefined || isLoopback(address)) return;
    const key = canonicalIp(address);
    holders.set(key, (holders.get(key) ?? new Set()).add(name));
  };
  for (const { name, address, secondaryAddress } of policy.nodes) {
    give(address, name);
    give(secondaryAddress, name);
  }
  give(policy.cluster.address, policy.cluster.name ?? 'the cluster');
  for (const { name, resolver } of names.lookups) {
    for (const address of resolver.status === 'ok' ? resolver.value : []) give(address, name);
  }
  return holders;
}

/** Names and addresses that stand for more than one host. */
export const duplicateChecks: Check[] = [hostsDuplicates, hostsLines, policyDuplicates];
