import type { NetworkFacts } from '../../shared/facts/network.ts';
import type { Held } from '../../shared/install-plan.ts';
import { canonicalIp, parseIp } from '../../shared/ip.ts';
import { type Draft, run, untold } from './draft.ts';
import { factsOf, type PlanNode, type Scene } from './scene.ts';

/** The cluster itself, on the node that becomes its master. */
export function init({ policy, config }: Scene, master: PlanNode): Draft {
  const { storage, network, cluster } = policy;
  const lvm = storage.diskTemplates.some((one) => one === 'plain' || one === 'drbd');
  const address = master.entry?.address;
  const netmask = network.masterNetmask ?? lengthOf(factsOf(master, 'network'), address);
  const secondary = master.entry?.secondaryAddress;
  const options = [
    ...(parseIp(address ?? '')?.family === 6 ? ['--primary-ip-version', '6'] : []),
    ...(lvm ? ['--vg-name', storage.volumeGroup] : []),
    ...['--master-netdev', network.masterNetdev],
    ...['--master-netmask', String(netmask ?? 'LENGTH')],
    ...(secondary === undefined ? [] : ['--secondary-ip', secondary]),
    ...['--enabled-hypervisors', 'kvm'],
    ...['--enabled-disk-templates', storage.diskTemplates.join(',')],
    ...(storage.diskTemplates.includes('drbd')
      ? ['--drbd-usermode-helper', storage.usermodeHelper]
      : []),
    ...(cluster.sshSetup ? [] : ['--no-ssh-init']),
    ...(cluster.etcHosts ? [] : ['--no-etc-hosts']),
  ];
  const line = ['gnt-cluster', 'init', ...options, cluster.name ?? 'CLUSTER'];
  const draft: Draft = {
    kind: 'init',
    node: master.name,
    lines: [run(line, ['test', '-s', '/var/lib/ganeti/config.data'])],
    reason:
      'makes this node the master; Ganeti would take xen-pvm, the volume group xenvg and a ' +
      'netmask of 32 when not told',
  };
  if (config !== null) return { ...draft, lines: [], done: true };
  const held = unnamed(cluster.name, netmask, master);
  return held ? { ...draft, held } : draft;
}

function unnamed(name: string | undefined, netmask: number | null, master: PlanNode): Held | null {
  if (name === undefined) return untold('the policy names no cluster', 'cluster.name, in it');
  if (netmask !== null) return null;
  const evidence = `a report of ${master.name}, or network.masterNetmask in the policy`;
  return untold('the prefix length of the network is not known', evidence);
}

function lengthOf(network: NetworkFacts | null, address: string | undefined): number | null {
  if (address === undefined || network?.addresses.status !== 'ok') return null;
  const own = network.addresses.value.find(
    (one) => canonicalIp(one.address) === canonicalIp(address),
  );
  return own?.prefixLength ?? null;
}

/** Node groups of the policy besides Ganeti's own. */
export function nodeGroups({ nodes, config }: Scene, master: PlanNode): Draft[] {
  const names = new Set(nodes.map(groupOf));
  const draft = { kind: 'node-group' as const, node: master.name };
  const own = groupOf(master);
  return [...names]
    .filter((name) => name !== DEFAULT_GROUP)
    .map((name) => {
      const isThere = config?.groups.some((one) => one.name === name) ?? false;
      const reason = 'Ganeti keeps a guest and its mirror within one node group';
      if (isThere) return { ...draft, lines: [], reason, done: true };
      const lines = [
        run(['gnt-group', 'add', name], ['gnt-group', 'list', '--no-headers', name]),
        ...(own === name ? [run(['gnt-group', 'assign-nodes', name, master.name])] : []),
      ];
      return { ...draft, lines, reason };
    });
}

const DEFAULT_GROUP = 'default';

function groupOf({ entry }: PlanNode): string {
  return entry?.group ?? DEFAULT_GROUP;
}

/** Every other node, in the order of the policy. */
export function nodeAdd(scene: Scene, master: PlanNode, node: PlanNode): Draft {
  const secondary = node.entry?.secondaryAddress;
  const group = groupOf(node);
  const line = [
    ...['gnt-node', 'add'],
    ...(secondary === undefined ? [] : ['--secondary-ip', secondary]),
    ...(group === DEFAULT_GROUP ? [] : ['--node-group', group]),
    node.name,
  ];
  const isMember = scene.config?.nodes.some(({ name }) => name === node.name) ?? false;
  return {
    kind: 'node-add',
    node: master.name,
    of: node.name,
    lines: isMember
      ? []
      : [run(line, ['gnt-node', 'list', '--no-headers', '-o', 'name', node.name])],
    reason:
      'its own lines above have run there; ssh asks for its host key, and for the password of ' +
      'root where the key of the master is not accepted yet',
    done: isMember,
  };
}

/** Ganeti's own word at the end. */
export function verify(master: PlanNode): Draft {
  return {
    kind: 'verify',
    node: master.name,
    lines: [run(['gnt-cluster', 'verify'])],
    reason:
      'it sees neither CPU, KVM nor the replication network: report again, then ' +
      'muster verify --gate health',
  };
}
