import {
  answersAtAll,
  type PeerPath,
  type PortAnswer,
  type ProbedPeers,
  roles,
} from '../../shared/facts/peers.ts';
import { canonicalIp } from '../../shared/ip.ts';
import { addressIn, type Policy, policyNode } from '../../shared/policy.ts';
import type { Reading } from '../../shared/reading.ts';
import type { Host } from '../host/host.ts';
import { parseLinks } from '../network/ip-json.ts';
import { type Pacer, pacer } from '../peers/pacer.ts';
import { pingTime, pingWhole } from '../peers/ping.ts';
import { type PlannedPath, planPeers } from '../peers/plan.ts';
import { type Probe, reading } from '../probe.ts';

/**
 * Whether the other nodes of the policy can be reached from each of the node's own addresses, when
 * the operator wants that tried: nobody but the policy's addresses is contacted, and no name is
 * looked up.
 */
export const peersProbe: Probe<'peers'> = {
  section: 'peers',
  timeoutMs: 60_000,
  last: true,
  async collect(host, policy, run) {
    if (run?.probePeers !== true) return { probed: false };
    const mtus = await reading('ip -j -d addr show', () => mtusOf(host, policy, run.node));
    const { paths, leftOut, cluster } = planPeers(policy, run.node);
    const tries = pacer();
    const [tried, ports] = await Promise.all([
      Promise.all(paths.map((path) => tryPath({ host, tries, mtus }, path))),
      cluster === null ? null : tryPorts({ host, tries }, cluster),
    ]);
    return {
      probed: true,
      mtus,
      paths: tried,
      leftOut,
      cluster: cluster === null || ports === null ? null : { address: cluster.address, ports },
    };
  },
};

type Mtus = Extract<ProbedPeers['mtus'], { status: 'ok' }>['value'];

/** SSH, by which nodes are set up, and the node daemon of Ganeti. */
const PORTS = [22, 1811];

/** A packet lost on the way is sent again after one second. */
const CONNECT_TIMEOUT_MS = 2_000;

/** What every Ethernet carries; a way is asked for more only where the node would send more. */
const ETHERNET_BYTES = 1500;

async function mtusOf(host: Host, policy: Policy, node: string): Promise<Mtus> {
  const { stdout } = await host.run('ip', ['-j', '-d', 'addr', 'show']);
  const { interfaces, addresses } = parseLinks(stdout);
  const [primary, secondary] = roles.map((role) => {
    const own = addressIn(policyNode(policy, node), role);
    if (own === undefined) return null;
    const holder = addresses.find((one) => canonicalIp(one.address) === canonicalIp(own));
    return interfaces.find(({ name }) => name === holder?.interface)?.mtuBytes ?? null;
  });
  return { primary: primary ?? null, secondary: secondary ?? null };
}

interface Means {
  host: Host;
  tries: Pacer;
}

async function tryPath(
  means: Means & { mtus: Reading<Mtus> },
  path: PlannedPath,
): Promise<PeerPath> {
  const mtu = means.mtus.status === 'ok' ? means.mtus.value[path.role] : null;
  const ports = await tryPorts(means, path);
  if (!answersAtAll({ ports })) return { ...path, ports, pingMs: null, jumbo: null };
  const pingMs = await reading(`ping ${path.address}`, () =>
    means.tries(async () => {
      const value = await pingTime(means.host, path);
      return { value, spentMs: value === null ? PING_MS : THREE_PINGS_MS };
    }),
  );
  const large = mtu !== null && mtu > ETHERNET_BYTES;
  return { ...path, ports, pingMs, jumbo: large ? await tryJumbo(means, path, mtu) : null };
}

async function tryPorts(
  { host, tries }: Means,
  { source, address }: { source: string; address: string },
): Promise<PortAnswer[]> {
  return await Promise.all(
    PORTS.map(async (port) => {
      const question = { source, address, port, timeoutMs: CONNECT_TIMEOUT_MS };
      const answer = await reading(`connect ${source} ${address} ${port}`, () =>
        tries(async () => {
          const connection = await host.connect(question);
          return { value: connection, spentMs: connection.tookMs };
        }),
      );
      return { port, answer };
    }),
  );
}

/** That the small one comes back tells a path too narrow from a host that answers no ping. */
async function tryJumbo({ host, tries }: Means, path: PlannedPath, mtuBytes: number) {
  const ping = (sizeBytes: number) =>
    reading(`ping ${path.address}`, () =>
      tries(async () => {
        const value = await pingWhole(host, path, sizeBytes);
        return { value, spentMs: value ? 0 : PING_MS };
      }),
    );
  const large = await ping(mtuBytes);
  const came = large.status === 'ok' && large.value;
  return { mtuBytes, large, small: came ? null : await ping(ETHERNET_BYTES) };
}

/** How long a ping waits for its answer. */
const PING_MS = 1000;

/** Of three pings the second and third wait for their turn. */
const THREE_PINGS_MS = 400;
