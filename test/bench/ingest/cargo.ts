import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { collectReport } from '../../../agent/collect.ts';
import { openRecordedHost } from '../../../agent/host/recorded.ts';
import { probes } from '../../../agent/probes/index.ts';
import { openSqliteStore } from '../../../collector/store/sqlite.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import type { Report } from '../../../shared/report.ts';
import { signatureHeaders, signedText } from '../../../shared/signing.ts';
import { VERSION } from '../../../shared/version.ts';
import { root } from '../../requirements.ts';

/** A node that may deliver. */
export interface Sender {
  node: string;
  key: string;
  privateKey: KeyObject;
}

export const CLUSTER = 'bench.example.org';
const BOOT_ID = '1c8b2c0e-7b5a-4b5e-9d0a-0f5d5c1f7c11';
/** One report of so many says something new; the others differ in what is volatile. */
const CHANGE_EVERY = 50;

/** Makes a database in which that many nodes are enrolled. */
export async function enrolledSenders(database: string, count: number): Promise<Sender[]> {
  const store = await openSqliteStore(database);
  const at = new Date();
  const senders: Sender[] = [];
  for (let index = 0; index < count; index++) {
    const node = `node${String(index).padStart(3, '0')}.example.org`;
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
    const key = sha256(raw);
    const change = { by: 'bench', at };
    const expiresAt = new Date(at.getTime() + 3_600_000);
    await store.createEnrolmentToken({ hash: node, cluster: CLUSTER, node, expiresAt }, change);
    const enrolment = { tokenHash: node, node, key, publicKey: raw.toString('base64') };
    await store.enroll({ ...enrolment, machineId: sha256(node), state: 'active', at });
    senders.push({ node, key, privateKey });
  }
  await store.close();
  return senders;
}

/** The report of a real machine, recorded: what the fleet of the benchmark is made of. */
export async function recordedReport(): Promise<Report> {
  const host = await openRecordedHost(join(root, 'test/hosts/epyc-guest-restricted-kvm'));
  const policy = defaultPolicy();
  return collectReport({
    ...{ host, policy, probes, version: VERSION },
    now: new Date(),
    privileged: true,
  });
}

interface Numbers {
  first: number;
  count: number;
}

/** Signed deliveries, each the whole text of an HTTP request; the first has this number. */
export function cargo(report: Report, senders: Sender[], numbers: Numbers): Buffer[] {
  return Array.from({ length: numbers.count }, (_, index) => {
    const number = numbers.first + index;
    const sender = senders[number % senders.length];
    if (sender === undefined) throw new Error('nobody may send');
    return request(sender, 1 + number, bodyOf(report, sender, number));
  });
}

/** The report of one of the nodes, some time later. */
export function bodyOf(report: Report, { node }: Pick<Sender, 'node'>, number: number): Buffer {
  const took = Object.keys(report.sections).map((name, at) => [name, ((number * at) % 997) / 10]);
  const version = `0.1.${Math.floor(number / CHANGE_EVERY)}`;
  const changed = number % CHANGE_EVERY === 0;
  return gzipSync(
    JSON.stringify({
      ...report,
      node,
      collectedAt: new Date().toISOString(),
      agent: changed ? { ...report.agent, version } : report.agent,
      tookMs: Object.fromEntries(took),
    }),
  );
}

function request(sender: Sender, sequence: number, body: Buffer): Buffer {
  const time = new Date().toISOString();
  const path = '/api/v1/reports';
  const signed = { method: 'POST', path, bodyDigest: sha256(body), cluster: CLUSTER };
  const text = signedText({ ...signed, node: sender.node, bootId: BOOT_ID, sequence, time });
  const signature = sign(null, Buffer.from(text), sender.privateKey).toString('base64');
  const headers = [
    `POST ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    'content-type: application/json',
    'content-encoding: gzip',
    `content-length: ${body.length}`,
    `${signatureHeaders.key}: ${sender.key}`,
    `${signatureHeaders.boot}: ${BOOT_ID}`,
    `${signatureHeaders.sequence}: ${sequence}`,
    `${signatureHeaders.time}: ${time}`,
    `${signatureHeaders.signature}: ${signature}`,
  ];
  return Buffer.concat([Buffer.from(`${headers.join('\r\n')}\r\n\r\n`), body]);
}

function sha256(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
