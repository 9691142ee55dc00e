import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Authority, newAuthority } from '../../../collector/tls/authority.ts';
import { root } from '../../requirements.ts';

/** What is answered to a path: a text, a status, or whatever the test does itself. */
export type Reply = string | number | ((response: ServerResponse) => void);

/** A RAPI of the test's own. */
export interface RapiServer {
  origin: string;
  authority: Authority;
  /** every request that came, as method and path, with its Authorization */
  asked: { line: string; authorization: string | undefined }[];
}

const TOPICS = ['info', 'groups', 'nodes', 'instances', 'jobs'] as const;

/** What a real Ganeti 3.0.2 answered, and a job that was made to run. */
export function recorded(): Record<string, string> {
  return Object.fromEntries(
    TOPICS.map((topic) => [
      topic === 'info' ? '/2/info' : `/2/${topic}?bulk=1`,
      readFileSync(join(root, 'test', 'data', 'rapi', `${topic}.json`), 'utf8'),
    ]),
  );
}

/** Starts it on loopback until the test ends; what is not named it does not know. */
export async function rapiServer(
  replies: Readonly<Record<string, Reply>>,
  given?: Authority,
): Promise<RapiServer> {
  const asked: RapiServer['asked'] = [];
  const authority = given ?? (await newAuthority(['127.0.0.1'], new Date()));
  const { serverKey: key, serverCertificate: cert } = authority;
  const server = createServer({ key, cert }, (request: IncomingMessage, response) => {
    const { method = '', url = '', headers } = request;
    asked.push({ line: `${method} ${url}`, authorization: headers.authorization });
    const reply = replies[url] ?? 404;
    if (typeof reply === 'function') reply(response);
    else if (typeof reply === 'number') response.writeHead(reply).end('{"code": 0}');
    else response.writeHead(200, { 'content-type': 'application/json' }).end(reply);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `https://127.0.0.1:${port}`, authority, asked };
}

/** The recorded answers with one path answered otherwise. */
export function butFor(path: string, reply: Reply): Record<string, Reply> {
  return { ...recorded(), [path]: reply };
}
