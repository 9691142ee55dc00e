import { type Check, defineCheck, type Judgement } from '../check.ts';
import { known, unknownBecause } from '../evidence.ts';
import type { HostsLine, Lookup, NamesFacts } from '../facts/names.ts';
import { canonicalIp } from '../ip.ts';
import { fail, pass, skip, unknown, warn } from '../judgement.ts';
import { nearest } from '../nearest.ts';
import { listed } from '../wording.ts';
import { duplicateChecks } from './names/duplicates.ts';
import { isLoopback } from './names/loopback.ts';
import { resolve } from './names/resolve.ts';
import { ownerOf } from './network/owner.ts';

const fqdn = defineCheck({
  id: 'names.fqdn',
  title: 'The node knows its full name',
  why: 'Ganeti names a node by what hostname --fqdn answers there; both have to be the same.',
  rules: ['NAME-02'],
  needs: ['names'],
  judge({ names }, policy) {
    const name = known(names.fqdn);
    const remedy = `hostnamectl set-hostname, and "ADDRESS ${exampleName(name)}" in /etc/hosts`;
    if (!name.includes('.') || /^localhost(\.|$)/i.test(name)) {
      return fail(`hostname --fqdn answers ${name}, expected a name with a domain`, remedy);
    }
    const planned = policy.nodes.map((node) => node.name);
    if (planned.length === 0 || planned.includes(name)) {
      return pass(`hostname --fqdn answers ${name}`);
    }
    const near = nearest(name, planned);
    return fail(
      `hostname --fqdn answers ${name}, which is no node of the policy (${listed(planned)})`,
      near === null ? remedy : `set the name to ${near}, or correct the policy`,
    );
  },
});

function exampleName(name: string): string {
  const short = name.split('.')[0] ?? name;
  return `${short}.example.org ${short}`;
}

const ownNotLoopback = defineCheck({
  id: 'names.own-not-loopback',
  title: 'The own name does not lead to loopback',
  why: "Debian's installer writes 127.0.1.1 for it; gnt-cluster init then refuses the node.",
  rules: ['NAME-03'],
  needs: ['names'],
  judge({ names }) {
    if (names.own.length === 0) unknownBecause('the own name was not looked up');
    return names.own.map((lookup) => ({
      subject: lookup.name,
      ...judgeLoopback(lookup, names.hosts),
    }));
  },
});

function judgeLoopback(lookup: Lookup, hosts: NamesFacts['hosts']): Judgement {
  const { name, files, resolver } = lookup;
  const answers = [files, resolver].flatMap((one) => (one.status === 'ok' ? one.value : []));
  const bad = answers.find(isLoopback);
  if (bad !== undefined) {
    const line = hosts.status === 'ok' ? lineOf(hosts.value, bad, name) : undefined;
    const place = line === undefined ? '' : ` (line ${line.line} of /etc/hosts)`;
    return fail(
      `${name} leads to ${bad}${place}, expected an address of the network`,
      line === undefined
        ? `give ${name} its address in /etc/hosts or in the DNS`
        : `take ${name} out of "${line.address} ${line.names.join(' ')}", on line ${line.line}`,
    );
  }
  if (resolver.status === 'failed') return unknown(resolver.error.message);
  if (resolver.value.length === 0) return skip(`${name} does not resolve: see names.own-address`);
  return pass(`${name} leads to ${listed(resolver.value)}`);
}

function lineOf(lines: HostsLine[], address: string, name: string): HostsLine | undefined {
  const wanted = name.toLowerCase();
  return lines.find(
    (one) =>
      canonicalIp(one.address) === canonicalIp(address) &&
      one.names.some((own) => own.toLowerCase() === wanted),
  );
}

const ownAddress = defineCheck({
  id: 'names.own-address',
  title: 'The own name leads to an address of this node',
  why: 'gnt-cluster init takes the address of the own name and refuses one it does not own.',
  rules: ['NAME-04'],
  needs: ['names', 'network'],
  judge({ names, network }) {
    if (names.own.length === 0) unknownBecause('the own name was not looked up');
    return names.own.map(({ name, resolver }) => {
      const judged =
        resolver.status === 'failed'
          ? unknown(resolver.error.message)
          : judgeOwn(name, resolver.value, (address) => ownerOf(network, address) !== null);
      return { subject: name, ...judged };
    });
  },
});

function judgeOwn(name: string, found: string[], owns: (address: string) => boolean): Judgement {
  const remedy = `give ${name} the address of this node in /etc/hosts or in the DNS`;
  if (found.length === 0) return fail(`${name} does not resolve, expected an own address`, remedy);
  const outside = found.filter((address) => !isLoopback(address));
  if (outside.length === 0) {
    return skip(`${name} leads to loopback: see names.own-not-loopback`);
  }
  const foreign = outside.filter((address) => !owns(address));
  if (foreign.length === 0) return pass(`${name} leads to ${listed(outside)}, owned by this node`);
  const message = `${name} leads to ${listed(foreign)}, which this node does not own`;
  return foreign.length === outside.length ? fail(message, remedy) : warn(message, remedy);
}

const filesAgree = defineCheck({
  id: 'names.files-agree',
  title: 'The hosts file and the resolver agree',
  why: 'Where they differ it is chance which one a program meets, and the two drift apart.',
  rules: ['NAME-08'],
  needs: ['names'],
  judge({ names }) {
    const lookups = new Map([...names.own, ...names.lookups].map((one) => [one.name, one]));
    if (lookups.size === 0) unknownBecause('no name was looked up');
    return [...lookups.values()].map((one) => ({ subject: one.name, ...judgeAgreement(one) }));
  },
});

function judgeAgreement({ name, files, resolver }: Lookup): Judgement {
  if (files.status === 'failed') return unknown(files.error.message);
  if (files.value.length === 0) return skip(`/etc/hosts does not name ${name}`);
  if (resolver.status === 'failed') return unknown(resolver.error.message);
  const answer = listed(resolver.value) || 'nothing';
  const [own, other] = [files.value, resolver.value].map(
    (list) => new Set(list.map((address) => canonicalIp(address))),
  );
  const same = own?.size === other?.size && [...(own ?? [])].every((one) => other?.has(one));
  if (same) return pass(`both say ${answer} for ${name}`);
  return warn(
    `/etc/hosts says ${listed(files.value)} for ${name}, the resolver ${answer}`,
    `correct ${name} in /etc/hosts or in the DNS, and see "hosts:" in /etc/nsswitch.conf`,
  );
}

/** The names of the node and of the cluster, as this node understands them. */
export const namesChecks: Check[] = [
  fqdn,
  ownNotLoopback,
  ownAddress,
  resolve,
  filesAgree,
  ...duplicateChecks,
];
