import { ownerOf } from '../../shared/checks/network/owner.ts';
import type { GanetiConfig } from '../../shared/facts/ganeti-config.ts';
import { ganetiList } from '../../shared/shell.ts';
import { KIB, MIB } from '../../shared/units.ts';
import { listed } from '../../shared/wording.ts';
import { speedOf } from '../cluster/setup/links.ts';
import { LINK_SHARE_MAX } from '../cluster/setup/rates.ts';
import { type Draft, run, untold } from './draft.ts';
import { factsOf, type PlanNode, type Scene } from './scene.ts';

type Pairs = readonly (readonly [string, string])[];

/** What the guide sets on a new cluster of network, allocator and DRBD, units put right. */
export function settings(scene: Scene, master: PlanNode): Draft[] {
  const { policy, config } = scene;
  const [bridge] = policy.network.bridges;
  const draft = { node: master.name };
  const drafts: Draft[] = [
    ...(bridge === undefined
      ? []
      : [
          {
            ...draft,
            kind: 'nic-parameters' as const,
            ...modify('--nic-parameters', `mode=bridged,link=${bridge.name}`),
            reason: "guests get this bridge; Ganeti's own default is xen-br0",
            done:
              config?.cluster.nicparams.mode === 'bridged' &&
              config.cluster.nicparams.link === bridge.name,
          },
        ]),
    {
      ...draft,
      kind: 'iallocator',
      ...modify('--default-iallocator', 'hail'),
      reason: 'new guests find their nodes by themselves',
      done: config?.cluster.defaultIallocator === 'hail',
    },
    ...(policy.storage.diskTemplates.includes('drbd') ? drbd(scene, master) : []),
  ];
  return drafts.map(withoutLines);
}

/** A step that is done has nothing to run. */
export function withoutLines(draft: Draft): Draft {
  return draft.done ? { ...draft, lines: [] } : draft;
}

/** `gnt-cluster modify OPTION VALUE`. */
export function modify(option: string, value: string): Pick<Draft, 'lines'> {
  return { lines: [run(['gnt-cluster', 'modify', option, value])] };
}

/** Whether a configured cluster has all of these values, as its configuration spells them. */
export function holds(found: Record<string, string> | undefined, pairs: Pairs): boolean {
  return found !== undefined && pairs.every(([key, value]) => alike(found[key], value));
}

function alike(found: string | undefined, value: string): boolean {
  return found?.toLowerCase() === value.toLowerCase();
}

/** What the guide meant with the bytes that Ganeti takes for KiB: 100 MiB/s and 1 GiB/s. */
const MIN_RATE_KIB = 102_400;
const MAX_RATE_KIB = 1_048_576;
/** A resync that may always take more of a link than this leaves the guests too little. */
const MIN_RATE_LINK_SHARE = 0.1;

function drbd(scene: Scene, master: PlanNode): Draft[] {
  const { policy, config } = scene;
  const found = config?.cluster.diskparams.drbd;
  const parameters: Pairs = [
    ['dynamic-resync', 'true'],
    ['metavg', policy.storage.volumeGroup],
    ['net-custom', '--max-buffers=16000 --max-epoch-size=16000'],
  ];
  const draft = { kind: 'disk-parameters' as const, node: master.name };
  return [
    {
      ...draft,
      ...modify('--disk-parameters', ganetiList('drbd', parameters)),
      reason: "protocol=C, disk-barriers=n and c-plan-ahead=20 are Ganeti's defaults already",
      done: holds(found, parameters.slice(0, 2)),
    },
    rates(scene, master, found),
  ];
}

function rates(scene: Scene, master: PlanNode, found: Record<string, string> | undefined): Draft {
  const { mbps, silent } = slowestLink(scene);
  const draft = { kind: 'drbd-rates' as const, node: master.name };
  const reason =
    'Ganeti takes KiB/s: the 104857600 and 1073741824 of the guide are bytes/s, and no throttle';
  if (mbps === null) {
    const lines = modify('--disk-parameters', 'drbd:c-min-rate=RATE,c-max-rate=RATE');
    return { ...draft, ...lines, reason, held: untold(speedUnknown(silent), SPEED_EVIDENCE) };
  }
  const linkKib = Math.floor((mbps * 1e6) / 8 / KIB);
  const pairs: Pairs = [
    ['c-min-rate', String(Math.min(MIN_RATE_KIB, Math.floor(linkKib * MIN_RATE_LINK_SHARE)))],
    ['c-max-rate', String(Math.min(MAX_RATE_KIB, linkKib))],
  ];
  return {
    ...draft,
    ...modify('--disk-parameters', ganetiList('drbd', pairs)),
    reason: `${reason}; fitted to a link of ${mbps} Mbit/s`,
    done: holds(found, pairs),
  };
}

/** The guide's 1000 MiB/s; less where DRBD needs its share of the link. */
const BANDWIDTH_MIB = 1000;

/** How fast guests may move. */
export function bandwidth(scene: Scene, master: PlanNode, found: KvmFound): Draft {
  const { mbps, silent } = slowestLink(scene);
  const draft = { kind: 'migration-bandwidth' as const, node: master.name };
  const reason = 'in MiB/s; DRBD mirrors every write over the same link and keeps a quarter of it';
  const option = '--hypervisor-parameters';
  if (mbps === null) {
    const lines = modify(option, 'kvm:migration_bandwidth=RATE');
    return { ...draft, ...lines, reason, held: untold(speedUnknown(silent), SPEED_EVIDENCE) };
  }
  const most = Math.max(1, Math.floor((mbps * 1e6 * LINK_SHARE_MAX) / 8 / MIB));
  const pairs: Pairs = [['migration_bandwidth', String(Math.min(BANDWIDTH_MIB, most))]];
  return {
    ...draft,
    ...modify(option, ganetiList('kvm', pairs)),
    reason: `${reason}: ${mbps} Mbit/s`,
    done: holds(found, pairs),
  };
}

export type KvmFound = GanetiConfig['cluster']['hvparams'][string] | undefined;

const SPEED_EVIDENCE = 'a report of each with network.interfaces.speedMbps; ethtool tells it';

function speedUnknown(silent: readonly string[]): string {
  return `the speed of the link that carries it is not known of ${listed(silent)}`;
}

/** Of the links that carry DRBD and migrations; null when any node does not tell. */
function slowestLink({ nodes }: Scene): { mbps: number | null; silent: string[] } {
  const told = nodes.map((node) => ({ name: node.name, mbps: linkOf(node) }));
  const silent = told.filter(({ mbps }) => mbps === null).map(({ name }) => name);
  const speeds = told.flatMap(({ mbps }) => mbps ?? []);
  return { mbps: silent.length > 0 || speeds.length === 0 ? null : Math.min(...speeds), silent };
}

function linkOf(node: PlanNode): number | null {
  const network = factsOf(node, 'network');
  const address = node.entry?.secondaryAddress ?? node.entry?.address;
  if (network?.addresses.status !== 'ok' || address === undefined) return null;
  const owner = ownerOf(network, address);
  return owner === null ? null : speedOf(network, owner);
}
