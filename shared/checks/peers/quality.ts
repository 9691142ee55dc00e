import { type Check, defineCheck, type Judgement } from '../../check.ts';
import { known } from '../../evidence.ts';
import { answered, type PeerPath, roles } from '../../facts/peers.ts';
import { fail, pass, skip, unknown, warn } from '../../judgement.ts';
import { counted } from '../../wording.ts';
import { ownBridge } from '../network/origins.ts';
import { NOT_PROBED } from './paths.ts';

const latency = defineCheck({
  id: 'peers.latency',
  title: 'Peers answer as fast as on a local network',
  why: 'A mirrored write of a guest waits for the peer, so a slow way slows every disk down.',
  rules: ['NET-23'],
  needs: ['peers'],
  judge({ peers }, policy) {
    if (!peers.probed) return skip(NOT_PROBED);
    const timed = peers.paths.flatMap((path) => {
      const tookMs = leastMs(path);
      return tookMs === null ? [] : [{ path, tookMs }];
    });
    if (timed.length === 0) return skip('no peer answered, so no time was taken');
    const limitMs = policy.thresholds.latency;
    const slow = timed.filter(({ tookMs }) => tookMs > limitMs);
    if (slow.length > 0) return slow.map(({ path, tookMs }) => judgeSlow(path, tookMs, limitMs));
    const slowest = Math.max(...timed.map(({ tookMs }) => tookMs));
    const expected = `expected at most ${limitMs} ms`;
    return pass(`${counted(timed.length, 'way')}, the slowest ${slowest} ms; ${expected}`);
  },
});

/** Each time holds the network's and something more, so the least of all says most of it. */
function leastMs({ ports, pingMs }: PeerPath): number | null {
  const times = ports.flatMap(({ answer }) =>
    answer.status === 'ok' && answered(answer.value) ? [answer.value.tookMs] : [],
  );
  if (pingMs?.status === 'ok' && pingMs.value !== null) times.push(pingMs.value);
  return times.length === 0 ? null : Math.min(...times);
}

/** On a busy node the agent itself may be what is late; a ping is timed by the kernel. */
function judgeSlow(path: PeerPath, tookMs: number, limitMs: number): Judgement {
  const subject = `${path.peer} ${path.role}`;
  const found = `${wayOf(path)}: answered after ${tookMs} ms, expected at most ${limitMs} ms`;
  if (path.pingMs?.status !== 'ok' || path.pingMs.value === null) {
    return { ...unknown(`${found}; no ping came back that would time the network alone`), subject };
  }
  const remedy = 'look for a loaded or long link; where it is meant so, raise thresholds.latency';
  return { ...warn(found, remedy), subject };
}

/** What every Ethernet carries without being told. */
const ETHERNET_BYTES = 1500;

const jumbo = defineCheck({
  id: 'peers.jumbo',
  title: 'Packets of the full MTU reach the peers',
  why: 'Where a switch drops large packets, a connection opens well and hangs under load.',
  rules: ['NET-07'],
  consequenceOf: [ownBridge],
  needs: ['peers'],
  judge({ peers }) {
    if (!peers.probed) return skip(NOT_PROBED);
    const mtus = known(peers.mtus);
    if (roles.every((role) => (mtus[role] ?? 0) <= ETHERNET_BYTES)) {
      return skip(`the node sends no packets above ${ETHERNET_BYTES} bytes to its peers`);
    }
    const pinged = peers.paths.filter((path) => path.jumbo !== null);
    if (pinged.length === 0) return skip('no peer answered that a large packet could go to');
    const faults = pinged.flatMap(judgeJumbo);
    return faults.length > 0 ? faults : pass(`${counted(pinged.length, 'way')} carried them`);
  },
});

function judgeJumbo(path: PeerPath): Judgement[] {
  if (path.jumbo === null) return [];
  const { mtuBytes, large, small } = path.jumbo;
  const subject = `${path.peer} ${path.role}`;
  if (large.status === 'failed') return [{ ...unknown(large.error.message), subject }];
  if (large.value) return [];
  if (small?.status === 'ok' && small.value) {
    const found = `no answer to a ping of ${mtuBytes} bytes, one to ${ETHERNET_BYTES} bytes`;
    return [
      {
        ...fail(
          `${wayOf(path)}: ${found}; expected one to both`,
          `set an MTU of ${mtuBytes} on the peer and every switch port between, or 1500 here`,
        ),
        subject,
      },
    ];
  }
  const why = small?.status === 'failed' ? small.error.message : 'it answers no ping at all';
  return [{ ...unknown(`${wayOf(path)}: ${why}`), subject }];
}

function wayOf({ source, address, peer, role }: PeerPath): string {
  return `${source} to ${address} (${peer}, ${role})`;
}

/** How well the ways to the peers carry. */
export const qualityChecks: Check[] = [latency, jumbo];
