import type { Judgement } from '../../shared/check.ts';
import type { HostsLine } from '../../shared/facts/names.ts';
import type { NetworkFacts } from '../../shared/facts/network.ts';
import { groupedBy } from '../../shared/grouping.ts';
import { canonicalIp, inSubnet, parsePrefix } from '../../shared/ip.ts';
import type { Policy } from '../../shared/policy.ts';
import { counted, listed } from '../../shared/wording.ts';

/** Somebody's word that an address belongs to a node or to the cluster. */
export interface Claim {
  address: string;
  /** the name of the node or of the cluster */
  holder: string;
  source:
    | { kind: 'policy' }
    | { kind: 'hosts'; node: string; line: number }
    | { kind: 'interface'; name: string };
}

/** What the policy gives to whom: node primary, secondary and cluster addresses. */
export function policyClaims(policy: Policy): Claim[] {
  const { cluster } = policy;
  const given = policy.nodes.flatMap(({ name, address, secondaryAddress }) =>
    [address, secondaryAddress].map((one) => ({ holder: name, address: one })),
  );
  given.push({ holder: clusterHolder(policy), address: cluster.address });
  return given.flatMap(({ holder, address }) =>
    address === undefined
      ? []
      : [{ address: canonicalIp(address), holder, source: { kind: 'policy' } as const }],
  );
}

/** What the hosts file of `node` gives to any of `names`; loopback addresses belong to nobody. */
export function hostsClaims(
  node: string,
  lines: readonly HostsLine[],
  names: ReadonlySet<string>,
): Claim[] {
  return lines
    .filter(({ address }) => !isLoopback(address))
    .flatMap(({ address, line, names: listedNames }) =>
      [...new Set(listedNames.map((name) => name.toLowerCase()))]
        .filter((name) => names.has(name))
        .map((holder): Claim => {
          return { address: canonicalIp(address), holder, source: { kind: 'hosts', node, line } };
        }),
    );
}

type Address = Extract<NetworkFacts['addresses'], { status: 'ok' }>['value'][number];

/**
 * The addresses by which `node` is reached: on the cluster's interface or in the replication
 * network, or promised to somebody. A container bridge has the same address on every node, rightly.
 */
export function interfaceClaims(
  node: string,
  addresses: readonly Address[],
  context: { policy: Policy; promised: ReadonlySet<string> },
): Claim[] {
  const { masterNetdev, secondaryNetwork } = context.policy.network;
  const secondary = parsePrefix(secondaryNetwork ?? '');
  return addresses
    .filter((one) => one.scope === 'global')
    .filter(
      (one) =>
        one.interface === masterNetdev ||
        context.promised.has(canonicalIp(one.address)) ||
        (secondary !== null && inSubnet(one.address, secondary.address, secondary.prefixLength)),
    )
    .map((one) => ({
      address: canonicalIp(one.address),
      holder: node,
      source: { kind: 'interface', name: one.interface },
    }));
}

/** One failure for every address that belongs to two or more. */
export function judgeClaims(claims: readonly Claim[], remedy: string): Judgement[] {
  return [...groupedBy(claims, ({ address }) => address)].flatMap(
    ([address, sharers]): Judgement[] => {
      const holders = [...new Set(sharers.map((claim) => claim.holder))];
      if (holders.length < 2) return [];
      const spelled = holders.map((holder) => `${holder} (${sourcesOf(sharers, holder)})`);
      const message = `${address} belongs to ${listed(spelled)}; expected one owner`;
      return [{ verdict: 'fail', message, remedy, subject: address }];
    },
  );
}

/** The name under which the cluster itself holds its address. */
export function clusterHolder(policy: Policy): string {
  return policy.cluster.name ?? 'the cluster';
}

/** `policy, /etc/hosts of 3 nodes, interface br0`. */
function sourcesOf(claims: readonly Claim[], holder: string): string {
  const sources = claims.filter((claim) => claim.holder === holder).map((claim) => claim.source);
  const words = sources.filter(({ kind }) => kind === 'policy').length > 0 ? ['policy'] : [];
  const hosts = sources.filter((source) => source.kind === 'hosts');
  const files = new Set(hosts.map(({ node }) => node));
  const [first] = hosts;
  if (files.size > 1) words.push(`/etc/hosts of ${counted(files.size, 'node')}`);
  else if (first) words.push(`/etc/hosts of ${first.node}, line ${first.line}`);
  const interfaces = sources.filter((source) => source.kind === 'interface');
  words.push(...interfaces.map(({ name }) => `its interface ${name}`));
  return words.join('; ');
}

function isLoopback(address: string): boolean {
  return inSubnet(address, '127.0.0.0', 8) || canonicalIp(address) === '::1';
}
