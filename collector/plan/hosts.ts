import { isLoopback } from '../../shared/checks/names/loopback.ts';
import type { NamesFacts } from '../../shared/facts/names.ts';
import type { Held, PlanLine } from '../../shared/install-plan.ts';
import { canonicalIp } from '../../shared/ip.ts';
import type { Policy } from '../../shared/policy.ts';
import { listed } from '../../shared/wording.ts';
import { endedFile } from './bridges.ts';
import { type Draft, forbidden, run, untold } from './draft.ts';
import { allWell, factsOf, type PlanNode } from './scene.ts';
import { kept } from './stanza.ts';

interface Named {
  name: string;
  address: string | undefined;
}

const FILE = '/etc/hosts';
/** What Debian's installer writes the own name to. */
const INSTALLER_LINE = '/^127\\.0\\.1\\.1[[:space:]]/d';

/** A line for each name that a node does not resolve; names that DNS knows need none. */
export function hosts(node: PlanNode, policy: Policy): Draft[] {
  const named = namesIn(policy);
  if (named.length === 0) return [];
  const draft: Draft = {
    kind: 'hosts',
    node: node.name,
    lines: [],
    reason: 'every node resolves every node and the cluster, itself never to 127.0.1.1',
  };
  if (allWell(node, ['names.resolve']) && allWell(node, ['names.own-not-loopback'])) {
    return [{ ...draft, done: true }];
  }
  const facts = factsOf(node, 'names');
  const missing = named.filter((one) => isMissing(one, facts));
  const lines: PlanLine[] = [
    ...(hasInstallerLine(facts)
      ? [kept(FILE), run(['sed', '-i', '-e', INSTALLER_LINE, FILE])]
      : []),
    ...(missing.length > 0 ? [run(endedFile(FILE))] : []),
    ...missing.map((one) => ({ do: 'append' as const, file: FILE, lines: [lineOf(one)] })),
  ];
  const held = heldBack(named, missing, facts);
  return [{ ...draft, lines, ...(held && { held }) }];
}

function namesIn({ cluster, nodes }: Policy): Named[] {
  const own = cluster.name === undefined ? [] : [{ name: cluster.name, address: cluster.address }];
  return [...own, ...nodes.map(({ name, address }) => ({ name, address }))];
}

function lineOf({ name, address = 'ADDRESS' }: Named): string {
  const short = name.split('.')[0] ?? name;
  return short === name ? `${address} ${name}` : `${address} ${name} ${short}`;
}

/** Without facts every line: it is added only where it is not there. */
function isMissing({ name }: Named, facts: NamesFacts | null): boolean {
  return answersFor(name, facts).every(isLoopback);
}

function answersFor(name: string, facts: NamesFacts | null): string[] {
  const found = facts?.lookups.find((one) => one.name === name)?.resolver;
  return found?.status === 'ok' ? found.value : [];
}

function hasInstallerLine(facts: NamesFacts | null): boolean {
  if (facts?.hosts.status !== 'ok') return false;
  return facts.hosts.value.some(({ address }) => address === '127.0.1.1');
}

function heldBack(
  named: readonly Named[],
  missing: readonly Named[],
  facts: NamesFacts | null,
): Held | null {
  const twice = named.filter(
    ({ address }) => address && named.filter((one) => one.address === address).length > 1,
  );
  if (twice.length > 0) {
    const reason = `the policy gives ${listed(twice.map(({ name }) => name))} one address`;
    return forbidden(reason, 'give each an address of its own; gnt-node add refuses the second');
  }
  const bare = missing.filter(({ address }) => address === undefined).map(({ name }) => name);
  if (bare.length > 0) {
    return untold(`the policy gives no address of ${listed(bare)}`, 'address, in the policy');
  }
  const wrong = named.flatMap(({ name, address }) => {
    const other = answersFor(name, facts).find(
      (one) =>
        address !== undefined && !isLoopback(one) && canonicalIp(one) !== canonicalIp(address),
    );
    return other === undefined ? [] : [`${name} is ${other}, expected ${address}`];
  });
  if (wrong.length === 0) return null;
  return forbidden(wrong.join('; '), 'take the wrong address out of /etc/hosts or the DNS');
}
