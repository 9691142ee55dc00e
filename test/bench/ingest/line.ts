import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';

/** Where to send; with a CA it is TLS. */
export interface Target {
  port: number;
  ca: string | null;
}

/** A connection on which one request goes out at a time; the request is the text on the wire. */
export interface Line {
  /** resolves with the status of the answer */
  send(request: Buffer): Promise<number>;
  close(): void;
}

/**
 * As little of an HTTP client as will do: the machine is to be busy with the server. Answers have
 * a content-length.
 */
export async function openLine({ port, ca }: Target): Promise<Line> {
  const to = { host: '127.0.0.1', port };
  const socket = ca === null ? connect(to) : connectTls({ ...to, ca });
  socket.setNoDelay(true);
  await new Promise<void>((resolve, reject) => {
    socket.once(ca === null ? 'connect' : 'secureConnect', resolve);
    socket.once('error', reject);
  });
  return { send: sender(socket), close: () => socket.destroy() };
}

interface Waiting {
  resolve(status: number): void;
  reject(error: Error): void;
}

function sender(socket: Socket): Line['send'] {
  let waiting: Waiting | null = null;
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
    const end = text.indexOf('\r\n\r\n');
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1]);
    if (end === -1 || text.length < end + 4 + length) return;
    const status = Number(text.slice(9, 12));
    text = '';
    waiting?.resolve(status);
  });
  socket.on('close', () => waiting?.reject(new Error('the server hung up')));
  socket.on('error', (error) => waiting?.reject(error));
  return (request) =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      socket.write(request);
    });
}
