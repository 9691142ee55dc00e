import { effectiveHvparams } from '../../../shared/facts/ganeti.ts';
import { MIB } from '../../../shared/units.ts';
import type { ClusterView } from './cluster-view.ts';
import type { Departure } from './placement.ts';
import { factsOf, reading, type ViewNode } from './view-node.ts';

/** Ganeti waits so long for a guest to shut down before it pulls the plug. */
const SHUTDOWN_MS = 120_000;

/** The parameter's default in Ganeti, in MiB/s; it is one for the whole cluster. */
const BANDWIDTH_DEFAULT_MIB = 32;

/** How long a move takes: memory over the slower of bandwidth and link, without what is written. */
export function moveMs(departure: Departure, target: ViewNode, view: ClusterView): number {
  if (departure.way === 'failover') return SHUTDOWN_MS;
  const { memoryBytes } = departure.guest;
  if (memoryBytes.status === 'failed') return SHUTDOWN_MS;
  const rate = Math.min(
    bandwidthOf(view, departure),
    linkRate(departure.from) ?? Number.POSITIVE_INFINITY,
    linkRate(target) ?? Number.POSITIVE_INFINITY,
  );
  return Math.ceil((memoryBytes.value / rate) * 1000);
}

/** Bytes in a second that Ganeti lets a migration send. */
export function bandwidthOf(view: ClusterView, { guest }: Pick<Departure, 'guest'>): number {
  const { ssconf } = view.member;
  const params = effectiveHvparams({ ssconf, config: view.config }, guest.instance);
  const told = Number(params.migration_bandwidth);
  return (told > 0 ? told : BANDWIDTH_DEFAULT_MIB) * MIB;
}

const BITS = 8;

/** Bytes in a second of the link with the secondary address; null: its driver does not say. */
function linkRate(node: ViewNode): number | null {
  const network = reading(() => factsOf(node, 'network'));
  if (network.status === 'failed' || network.value.addresses.status === 'failed') return null;
  const { interfaces, bridges, addresses } = network.value;
  const own = addresses.value.find(({ address }) => address === node.config.secondaryAddress);
  const ports = bridges.find(({ name }) => name === own?.interface)?.ports ?? [];
  const speeds = [own?.interface, ...ports].flatMap(
    (name) => interfaces.find((one) => one.name === name)?.speedMbps ?? [],
  );
  return speeds.length === 0 ? null : (Math.min(...speeds) * 1e6) / BITS;
}
