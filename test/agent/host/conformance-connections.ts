import { createServer, type Server } from 'node:net';
import type { ConnectQuestion, Host } from '../../../agent/host/host.ts';
import type { Question } from './conformance.ts';

/** Ports of loopback: one on which somebody listens, and one that was just given up. */
export interface Ports {
  open: number;
  closed: number;
}

/** Listens until `close`. */
export async function openPorts(): Promise<{ ports: Ports; close(): Promise<void> }> {
  const [server, other] = [createServer((socket) => socket.end()), createServer()];
  const ports = { open: await listen(server), closed: await listen(other) };
  await ended(other);
  return { ports, close: () => ended(server) };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    }),
  );
}

function ended(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** What every host must answer about connections. */
export function connectQuestions({ open, closed }: Ports): Question[] {
  const to = (changes: Partial<ConnectQuestion>) => async (host: Host) => {
    const question = { source: '127.0.0.1', address: '127.0.0.1', port: open, timeoutMs: 1000 };
    return (await host.connect({ ...question, ...changes })).outcome;
  };
  return [
    { title: 'a port on which somebody listens', ask: to({}), answer: 'open' },
    { title: 'a port on which nobody does', ask: to({ port: closed }), answer: 'refused' },
    {
      title: 'a source that the host does not hold',
      ask: to({ source: '192.0.2.250' }),
      answer: 'no_source_address',
    },
    {
      title: 'an address that loopback does not lead to',
      ask: to({ address: '192.0.2.250', timeoutMs: 50 }),
      answer: 'unreachable',
    },
    {
      title: 'how long a connection took',
      ask: async (host) => {
        const local = { source: '127.0.0.1', address: '127.0.0.1', timeoutMs: 1000 };
        const { tookMs } = await host.connect({ ...local, port: open });
        return tookMs > 0 && tookMs < 1000;
      },
      answer: true,
    },
    {
      title: 'a name is not looked up, and not connected to',
      ask: to({ address: 'localhost', port: 1811 }),
      answer: {
        kind: 'unsupported',
        source: 'connect 127.0.0.1 localhost 1811',
        message: 'connect 127.0.0.1 localhost 1811: only addresses are connected, no names',
      },
    },
  ];
}
