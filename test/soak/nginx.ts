import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { root } from '../requirements.ts';

/** Where the proxy listens, what stands behind it, and where the certificates are. */
export interface Front {
  /** an empty folder */
  folder: string;
  port: number;
  collectors: readonly number[];
  /** as `muster tls init` makes it */
  certificates: string;
}

/** Starts nginx on loopback with the configuration that we ship; rejects when that fails. */
export async function startNginx(front: Front): Promise<ChildProcess> {
  const { folder, port } = front;
  mkdirSync(folder);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (what) => `${what}_temp_path ${join(folder, what)};`,
  );
  const user = userInfo().uid === 0 ? ['user root;'] : [];
  const text = [
    ...[...user, 'daemon off;', 'worker_processes 1;', `pid ${join(folder, 'pid')};`],
    ...['events {}', 'http {', 'access_log off;', ...temporary, shippedFor(front), '}'],
  ];
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, text.join('\n'));
  // What it says of collectors that are killed is of no interest, unless it does not even start.
  const errors = join(folder, 'error.log');
  const child = spawn('/usr/sbin/nginx', ['-p', folder, '-e', errors, '-c', file], {
    stdio: 'ignore',
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`nginx ended: ${readFileSync(errors, 'utf8')}`);
  });
  await Promise.race([untilOpen(port), ended]);
  ended.catch(() => undefined);
  return child;
}

/** The configuration as it is shipped, but for addresses and places. */
function shippedFor({ port, collectors, certificates }: Front): string {
  const shipped = readFileSync(join(root, 'packaging', 'nginx', 'muster.conf'), 'utf8');
  return collectors
    .reduce(
      (text, own, index) =>
        text.replace(`collector${index + 1}.example.org:8470`, `127.0.0.1:${own}`),
      shipped,
    )
    .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replaceAll('/etc/muster/', `${certificates}/`);
}

async function untilOpen(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const opened = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (opened) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
