import { isIP, connect as openSocket } from 'node:net';
import type { Connection } from '../../shared/facts/peers.ts';
import { type ConnectQuestion, HostError } from './host.ts';
import { connectSource } from './limits.ts';
import { codeOf, hostErrorOf } from './system-error.ts';

/** The first try also pays for this program's own warming up; the least time is the network's. */
const TRIES = 3;

/** A path this slow tells enough by one try, and must not cost three. */
const SLOW_MS = 100;

/**
 * Opens TCP connections from `source` to `address` and closes them at once, nothing said. Names are
 * refused, so nothing is looked up. What the network answers is an outcome and no error.
 */
export async function connect(question: ConnectQuestion): Promise<Connection> {
  const { source, address } = question;
  if (isIP(source) === 0 || isIP(address) === 0) {
    const what = connectSource(question);
    throw new HostError('unsupported', what, `${what}: only addresses are connected, no names`);
  }
  const first = await attempt(question);
  let { tookMs } = first;
  for (let tried = 1; tried < TRIES && answers(first) && tookMs < SLOW_MS; tried++) {
    const again = await attempt(question);
    if (again.outcome !== first.outcome) break;
    tookMs = Math.min(tookMs, again.tookMs);
  }
  return { outcome: first.outcome, tookMs: Math.round(tookMs * 1000) / 1000 };
}

function answers({ outcome }: Connection): boolean {
  return outcome === 'open' || outcome === 'refused';
}

function attempt(question: ConnectQuestion): Promise<Connection> {
  const { source, address, port, timeoutMs } = question;
  return new Promise((resolve, reject) => {
    const startedMs = performance.now();
    const socket = openSocket({ host: address, port, localAddress: source });
    const end = (outcome: Connection['outcome']) => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ outcome, tookMs: performance.now() - startedMs });
    };
    const timer = setTimeout(() => end('timed_out'), timeoutMs);
    socket.once('connect', () => end('open'));
    socket.on('error', (error) => {
      const outcome = outcomeOf(error);
      if (outcome !== null) return end(outcome);
      clearTimeout(timer);
      reject(hostErrorOf(error, connectSource(question)));
    });
  });
}

/** Null when the error tells of this program or of the question, not of the network. */
function outcomeOf(error: Error): Connection['outcome'] | null {
  const call = 'syscall' in error ? error.syscall : '';
  if (call === 'bind') return codeOf(error) === 'EADDRNOTAVAIL' ? 'no_source_address' : null;
  return outcomes.get(codeOf(error)) ?? null;
}

const outcomes = new Map<string, Connection['outcome']>([
  ['ECONNREFUSED', 'refused'],
  ['ETIMEDOUT', 'timed_out'],
  ['EHOSTUNREACH', 'unreachable'],
  ['EHOSTDOWN', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['ENETDOWN', 'unreachable'],
  // routes of the types prohibit and blackhole, and filters on the way out
  ['EACCES', 'unreachable'],
  ['EINVAL', 'unreachable'],
  ['EPERM', 'unreachable'],
]);
