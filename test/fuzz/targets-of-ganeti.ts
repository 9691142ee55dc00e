import { z } from 'zod';
import {
  type Answer,
  describeAnswer,
  jsonOf,
  refusalOf,
  retryAfterMs,
} from '../../agent/delivery/answer.ts';
import { collectorUrl } from '../../agent/delivery/connection.ts';
import { meaningOf } from '../../agent/delivery/meaning.ts';
import { parseConfig } from '../../agent/ganeti/config.ts';
import { excerptConfig } from '../../agent/ganeti/config-schema.ts';
import { excerptCommandLine, excerptDefaults } from '../../agent/ganeti/daemons.ts';
import { excerptCertificate, excerptRapiUsers } from '../../agent/ganeti/files.ts';
import { excerptJob, parseJobExcerpt } from '../../agent/ganeti/job-file.ts';
import { excerptHvparams, parseSsconf, SSCONF_FILES } from '../../agent/ganeti/ssconf.ts';
import { allowedCommandLine } from '../../agent/guests/allowed.ts';
import { guestName, parseArguments } from '../../agent/guests/arguments.ts';
import { wordsOf } from '../../agent/guests/options.ts';
import { parseStart, parseUid } from '../../agent/guests/process.ts';
import { formatProperties, parseProperties } from '../../agent/guests/properties.ts';
import { commandsSchema, snapshotSchema } from '../../agent/host/recording-schema.ts';
import { parseKey } from '../../agent/identity/key.ts';
import { parseJson } from '../../agent/json.ts';
import { parseRelease } from '../../agent/probes/ganeti.ts';
import { parseEntry } from '../../agent/spool/entry.ts';
import { certificateSchema, rapiUsersSchema, ssconfSchema } from '../../shared/facts/ganeti.ts';
import { ganetiConfigSchema } from '../../shared/facts/ganeti-config.ts';
import { guestArgumentsSchema } from '../../shared/facts/guests.ts';
import { sampleConfig } from '../agent/ganeti/sample-config.ts';
import { all, captured, recorded, written } from './seeds.ts';
import { ofText, type Target } from './target.ts';

const NOW = new Date('2026-08-01T12:00:00.000Z');
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const BASELINE = 'real-ganeti-3.0.2/baseline';
const config = all(
  written(JSON.stringify(sampleConfig())),
  captured(BASELINE, /^config.data.json$/),
);
const jobs = all(written(JSON.stringify(verifyJob())), captured(BASELINE, /^queue-last-job.json$/));
const commandLine = written(
  [
    ...['/usr/bin/kvm', '-name', 'web.example.org', '-m', '512', '-smp', '2,cores=2,threads=1'],
    ...['-machine', 'pc-i440fx-7.2,accel=kvm', '-cpu', 'Nehalem,-sse4.2', '-vnc', '127.0.0.1:1'],
    ...['-device', 'virtio-net-pci,id=nic-1,netdev=nic-1', '-netdev', 'type=tap,id=nic-1,fd=10'],
    ...['-blockdev', '{"driver":"file","filename":"/a","node-name":"b"}', '-runas', 'nobody'],
    ...['-drive', 'file=/srv/a,,b.iso,media=cdrom', '-spice', 'port=5900,addr=::1', '-S', ''],
  ].join('\0'),
);
const kept = (...known: readonly string[]) => z.record(z.enum(known), z.unknown());

/** The parsers of what Ganeti and its guests say, and of what a collector answers the agent. */
export const ganetiTargets: readonly Target[] = [
  ofText('agent/ganeti/config.ts parseConfig', config, {
    run: parseConfig,
    gives: ganetiConfigSchema,
  }),
  ofText('agent/ganeti/config-schema.ts excerptConfig', config, { run: excerptConfig }),
  ofText(
    'agent/ganeti/daemons.ts excerptCommandLine',
    written('/usr/bin/python3\0/usr/sbin/ganeti-noded\0-b\u0000192.0.2.1\0', 'ganeti-noded\0'),
    { run: (text) => excerptCommandLine(text, 'ganeti-noded'), gives: z.string() },
  ),
  ofText('agent/ganeti/daemons.ts excerptDefaults', written('RAPI_ARGS="-b 127.0.0.1"\n'), {
    run: excerptDefaults,
    gives: z.string(),
  }),
  ofText('agent/ganeti/files.ts excerptCertificate', written(CERTIFICATE), {
    run: (text) => JSON.parse(excerptCertificate(text)),
    gives: certificateSchema,
  }),
  ofText('agent/ganeti/files.ts excerptRapiUsers', written('a {HA1}b write\nc d read,write\n#\n'), {
    run: (text) => JSON.parse(excerptRapiUsers(text)),
    gives: rapiUsersSchema,
  }),
  ofText('agent/ganeti/job-file.ts excerptJob', jobs, {
    run: (text) => parseJobExcerpt(excerptJob(text)),
  }),
  ofText('agent/ganeti/job-file.ts parseJobExcerpt', written(excerptJob(jobs()[0] ?? '')), {
    run: parseJobExcerpt,
  }),
  ofText('agent/ganeti/ssconf.ts excerptHvparams', written('cpu_type=host\nvnc_tls=False\n'), {
    run: (text) => JSON.parse(excerptHvparams(text)),
    gives: z.record(z.string(), z.string()),
  }),
  ofText('agent/ganeti/ssconf.ts parseSsconf', captured(`${BASELINE}/ssconf`, /./), {
    run: (text) => parseSsconf(Object.fromEntries(SSCONF_FILES.map((name) => [name, text])), null),
    gives: ssconfSchema,
  }),
  ofText('agent/guests/allowed.ts allowedCommandLine', commandLine, { run: allowedCommandLine }),
  ofText('agent/guests/arguments.ts parseArguments', commandLine, {
    run: parseArguments,
    gives: guestArgumentsSchema,
  }),
  ofText('agent/guests/arguments.ts guestName', commandLine, { run: guestName }),
  ofText('agent/guests/options.ts wordsOf', commandLine, { run: wordsOf }),
  ofText('agent/guests/process.ts parseUid', written('Name:\tkvm\nUid:\t0\t65534\t0\t0\n'), {
    run: parseUid,
    gives: z.int().nonnegative(),
  }),
  ofText('agent/guests/process.ts parseStart', written(`1 (a (b) c) ${'S 1 '.repeat(20)}`), {
    run: parseStart,
    gives: z.int().nonnegative(),
  }),
  ofText(
    'agent/guests/properties.ts parseProperties',
    written('tap,id=n0,vhost=on', 'file=/a,,b,readonly', '{"driver":"file","a":{"b":[1,true]}}'),
    { run: (text) => formatProperties(parseProperties(text)), gives: z.string() },
  ),
  ofText(
    'agent/probes/ganeti.ts parseRelease',
    written('gnt-cluster (ganeti v3.0.2-3) 3.0.2\n', 'ganeti-confd (ganeti) version v3.0.2-3\n'),
    { run: (text) => parseRelease(text, 'ganeti-confd'), gives: z.string() },
  ),
  ofText('agent/delivery/answer.ts jsonOf', written('{"digest":"a"}'), { run: jsonOf }),
  ofAnswer('agent/delivery/answer.ts refusalOf', refusalOf),
  ofAnswer('agent/delivery/answer.ts describeAnswer', describeAnswer),
  ofAnswer('agent/delivery/answer.ts retryAfterMs', (answer) => retryAfterMs(answer, NOW)),
  ofAnswer('agent/delivery/meaning.ts meaningOf', (answer) => meaningOf(answer, 'a', NOW)),
  ofText('agent/delivery/connection.ts collectorUrl', written('https://muster.example.org:8443'), {
    run: collectorUrl,
  }),
  ofText('agent/identity/key.ts parseKey', written('-----BEGIN PRIVATE KEY-----\nMC4C\n'), {
    run: parseKey,
  }),
  ofText('agent/spool/entry.ts parseEntry', written(`${'0'.repeat(16)}-${'ab'.repeat(32)}.json`), {
    run: parseEntry,
  }),
  ofText('agent/host/recording-schema.ts snapshotSchema', recorded(/^\/snapshot.json$/), {
    run: (text) => parseJson(text, snapshotSchema, 'snapshot.json'),
    gives: kept(...Object.keys(snapshotSchema.shape)),
  }),
  ofText('agent/host/recording-schema.ts commandsSchema', recorded(/^\/commands.json$/), {
    run: (text) => parseJson(text, commandsSchema, 'commands.json'),
  }),
];

/** Whatever stands behind a URL may answer. */
function ofAnswer(name: string, run: (answer: Answer) => unknown): Target {
  const problem = { code: 'clock_skew', detail: 'no', serverTime: NOW.toISOString() };
  const seeds = written(JSON.stringify(problem), JSON.stringify({ ...problem, lastSequence: 4 }));
  return ofText(name, seeds, {
    run: (text) =>
      [200, 401, 409, 429, 500].map((status) =>
        run({ status, text, retryAfter: text.slice(0, 9) }),
      ),
  });
}

function verifyJob() {
  const input = {
    OP_ID: 'OP_CLUSTER_VERIFY_GROUP',
    group_name: 'default',
    reason: [['gnt:opcode:cluster_verify', 'job=7;index=0', 1]],
  };
  const log = [[1, [1, 2], 'message', '* Verifying nodes']];
  const times = { received_timestamp: [1, 2], start_timestamp: [1, 2], end_timestamp: null };
  return { id: 8, ops: [{ input, status: 'success', result: true, log }], ...times };
}
