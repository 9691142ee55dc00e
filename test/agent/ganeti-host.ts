import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordedHost } from '../../agent/host/host.ts';
import { ganetiProbe } from '../../agent/probes/ganeti.ts';
import type { GanetiFacts, MasterFacts, Membership } from '../../shared/facts/ganeti.ts';
import { defaultPolicy } from '../../shared/policy.ts';
import type { Reading } from '../../shared/reading.ts';
import { reference } from '../requirements.ts';
import { madeHost } from './recorded-hosts.ts';

const DATA = '/var/lib/ganeti';
const ABSENT = { kind: 'not_found', message: 'ENOENT' };

/** The files of a node as a capture of a real cluster has them. */
export function filesOf(capture: string, node: string): Record<string, string> {
  const folder = reference('captures', capture);
  const text = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
  const there = (...path: string[]) => existsSync(join(folder, ...path));
  const ssconf = readdirSync(join(folder, 'ssconf')).filter((name) => name !== 'all.txt');
  const files: Record<string, string> = {
    ...Object.fromEntries(ssconf.map((name) => [`${DATA}/${name}`, text('ssconf', name)])),
    [`${DATA}/config.data`]: text('config.data.json'),
    '/etc/hosts': text('nodes', node, 'hosts'),
    '/proc/sys/kernel/hostname': `${node}.example.org\n`,
  };
  if (there('queue-last-job.json')) {
    const job = text('queue-last-job.json');
    files[`${DATA}/queue/job-${/"id":\s*(\d+)/.exec(job)?.[1]}`] = job;
  }
  if (there('nodes', node, 'default-ganeti')) {
    files['/etc/default/ganeti'] = text('nodes', node, 'default-ganeti');
  }
  if (there('nodes', node, 'ps.txt'))
    Object.assign(files, daemonFiles(text('nodes', node, 'ps.txt')));
  return files;
}

/** Pid files and command lines of the daemons in a listing of processes. */
function daemonFiles(listing: string): Record<string, string> {
  const found = [...listing.matchAll(/^ *(\d+) +\d+ +\S+ +(.*\/(ganeti-\w+)\b.*)$/gm)];
  return Object.fromEntries(
    found.flatMap(([, pid, command = '', name]) => [
      [`/run/ganeti/${name}.pid`, `${pid}\n`],
      [`/proc/${pid}/cmdline`, `${command.trim().replaceAll(' ', '\0')}\0`],
    ]),
  );
}

/** The facts of a node that has these files. */
export async function ganetiFacts(
  files: Record<string, string>,
  node = 'ganeti01.example.org',
): Promise<GanetiFacts> {
  const snapshot = { failures: { [`${DATA}/queue/archive`]: ABSENT, '/run/ganeti': ABSENT } };
  return await factsOn(await madeHost({ files, snapshot }), node);
}

/** The facts that the probe brings on a host. */
export async function factsOn(host: RecordedHost, node: string): Promise<GanetiFacts> {
  return await ganetiProbe.collect(host, defaultPolicy(), { node, probePeers: false });
}

/** What a node of a cluster knows; a test that is told it is in none has failed. */
export function membershipIn(facts: GanetiFacts): Membership {
  const membership = goodValue(facts.membership);
  if (membership === null) throw new Error('the node is in no cluster');
  return membership;
}

/** What only the master tells. */
export function masterIn(facts: GanetiFacts): MasterFacts {
  const { master } = membershipIn(facts);
  if (master === null) throw new Error('the node is not the master');
  return master;
}

/** The value of a reading that went well. */
export function goodValue<T>(reading: Reading<T>): T {
  if (reading.status === 'failed') throw new Error(reading.error.message);
  return reading.value;
}
