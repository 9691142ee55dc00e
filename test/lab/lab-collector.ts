import { join } from 'node:path';
import { root } from '../requirements.ts';
import { LAB_NODES, type Output, on, putFile } from './lab.ts';

const agent = join(root, 'dist', 'muster-agent.js');
const muster = join(root, 'dist', 'muster.js');
const DATABASE = '/run/muster.db';
const NAME = 'ganeti01.example.org';
const URL = `https://${NAME}:8470`;

/**
 * A collector on the master, over TLS, that has a report of every node; what is asked on the master
 * without further options is asked of it. It ends with the lab.
 */
export async function labCollector(cluster: string): Promise<void> {
  await must(1, ['node', muster, 'tls', 'init', '--dir', '/run/tls', '--name', NAME]);
  const tls = '--tls-cert /run/tls/tls.crt --tls-key /run/tls/tls.key';
  const serve = `node ${muster} serve --database ${DATABASE} --listen 198.51.100.5:8470 ${tls}`;
  await must(1, ['sh', '-c', `setsid ${serve} </dev/null >/run/muster.log 2>&1 &`]);
  const patient = ['--retry', '60', '--retry-delay', '1', '--retry-connrefused'];
  await must(1, ['curl', '-fsS', ...patient, '--cacert', '/run/tls/ca.crt', `${URL}/readyz`]);

  const { stdout: ca } = await must(1, ['cat', '/run/tls/ca.crt']);
  for (const [index, node] of LAB_NODES.entries()) {
    // they share the root of one machine, and the collector refuses copies of one
    await putFile(index + 1, '/etc/machine-id', `${String(index + 1).repeat(32)}\n`);
    const token = await tokenOf(cluster, '--node', node);
    await deliveredBy(index + 1, { token, ca });
  }
  await putFile(1, '/etc/muster/reader.token', await tokenOf(cluster, '--role', 'reader'));
  const settings = { collector: URL, cluster, ca: '/run/tls/ca.crt' };
  const lines = Object.entries({ ...settings, 'token-file': '/etc/muster/reader.token' });
  const text = lines.map(([key, value]) => `${key}: ${value}\n`).join('');
  await putFile(1, '/etc/muster/collector.yaml', text);
}

async function tokenOf(cluster: string, ...bound: string[]): Promise<string> {
  const create = ['token', 'create', '--database', DATABASE, '--cluster', cluster, ...bound];
  return (await must(1, ['node', muster, ...create])).stdout;
}

async function deliveredBy(number: number, { token, ca }: { token: string; ca: string }) {
  await putFile(number, '/run/node.token', token);
  await putFile(number, '/run/ca.crt', ca);
  const trust = ['--collector', URL, '--token-file', '/run/node.token', '--ca', '/run/ca.crt'];
  const state = ['--state', '/run/muster-state'];
  await must(number, ['node', agent, 'enroll', ...trust, ...state]);
  await must(number, ['node', agent, 'push', ...state]);
}

async function must(number: number, command: string[]): Promise<Output> {
  const done = await on(number, command);
  if (done.code === 0) return done;
  throw new Error(`${command.join(' ')} on node ${number}: ${done.code}\n${done.stderr}`);
}
