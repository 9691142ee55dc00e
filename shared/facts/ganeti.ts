import { z } from 'zod';
import { verifyFindingSchema } from '../ganeti-verify.ts';
import { readingOf } from '../reading.ts';
import { ganetiConfigSchema, hvparamsSchema, type InstanceConfig } from './ganeti-config.ts';

const texts = z.array(z.string());
const whole = z.int().nonnegative();
const instant = z.iso.datetime();

export const ssconfSchema = z.strictObject({
  clusterName: z.string(),
  releaseVersion: z.string().nullable().describe('of the cluster, such as 3.0.2'),
  masterNode: z.string().describe('the node that this one holds for the master'),
  masterAddress: z.string().nullable().describe('the cluster address'),
  masterNetdev: z.string().nullable(),
  masterCandidates: texts,
  nodes: z.array(
    z.strictObject({
      name: z.string(),
      primaryAddress: z.string().nullable(),
      secondaryAddress: z.string().nullable(),
      vmCapable: z.boolean().nullable(),
      online: z.boolean().nullable().describe('false: marked offline'),
    }),
  ),
  instances: texts,
  nodeGroups: z.array(z.strictObject({ uuid: z.string(), name: z.string() })),
  hypervisors: texts.describe('the enabled ones'),
  hvparamsKvm: hvparamsSchema
    .nullable()
    .describe("the cluster's own, gaps filled with Ganeti's defaults; null: this release has none"),
  clusterTags: texts,
  candidateCertificates: z
    .array(z.strictObject({ node: z.string(), sha1: z.string() }))
    .describe('node UUID and digest of its client.pem, aa:bb:… in lower case'),
});

export const clusterRoles = ['master', 'candidate', 'regular'] as const;

export const daemonSchema = z.strictObject({
  name: z.string().describe('such as ganeti-noded'),
  running: z.boolean().describe('its pid file names a process that runs it'),
  arguments: texts
    .nullable()
    .describe('of the running process, words that the agent does not know left out; null: none'),
});

export const certificateSchema = z.strictObject({
  notBefore: instant,
  notAfter: instant,
  selfSigned: z.boolean(),
  sha1: z.string().describe('fingerprint, aa:bb:… in lower case, as in ssconf'),
});

export const certificateFileSchema = z.strictObject({
  path: z.string(),
  certificate: readingOf(certificateSchema.nullable()).describe(
    'the first one of the file; null: no such file',
  ),
});

export const keptOn = ['all nodes', 'all or none', 'candidates'] as const;

export const managedFileSchema = z.strictObject({
  path: z.string(),
  keptOn: z.enum(keptOn).describe('where Ganeti wants it; all or none: optional, but alike'),
  content: readingOf(z.strictObject({ digest: z.string().nullable() }).nullable()).describe(
    'HMAC-SHA256 of the text, keyed with the cluster name: equal on two nodes of a cluster when ' +
      'the files are; null digest: too guessable to give away; null: no such file',
  ),
});

export const fileModeSchema = z.strictObject({
  path: z.string(),
  mode: z.string().describe('octal permission bits, such as 0640'),
  owner: z.string().describe('name of the user'),
  group: z.string(),
});

export const rapiUsersSchema = z.strictObject({
  users: whole,
  plaintext: whole.describe('users whose password stands in the file as it is'),
  writers: whole.describe('users that may write'),
});

export const lastVerifySchema = z.strictObject({
  jobIds: z
    .array(whole)
    .meta({ volatile: true })
    .describe('the job of the command and those it submitted'),
  startedAt: instant.nullable().meta({ volatile: true }),
  endedAt: instant
    .nullable()
    .meta({ volatile: true })
    .describe('null: at least one of its jobs has not ended'),
  ok: z
    .boolean()
    .nullable()
    .describe('no error found; null: not ended, or the file of one of its jobs is gone'),
  ignoredErrors: texts.describe('codes that the run turned from error to warning'),
  skippedChecks: texts,
  findings: z.array(verifyFindingSchema),
});

export const jobSchema = z.strictObject({
  id: whole,
  status: z.string().describe('queued, waiting, canceling, running'),
  summary: texts.describe('such as INSTANCE_MIGRATE(vm1.example.org), one for each opcode'),
  receivedAt: instant.nullable(),
});

/** What only the master is asked. */
export const masterSchema = z.strictObject({
  config: readingOf(ganetiConfigSchema).describe('/var/lib/ganeti/config.data, secrets left out'),
  lastVerify: readingOf(lastVerifySchema.nullable()).describe(
    'the newest gnt-cluster verify among the job files, archived ones too; null: none of them',
  ),
  jobs: readingOf(z.array(jobSchema).meta({ volatile: true })).describe(
    'those that have not ended, oldest first',
  ),
});

/** What a node of a cluster knows. */
export const membershipSchema = z.strictObject({
  ssconf: ssconfSchema.describe('/var/lib/ganeti/ssconf_*, which every node has'),
  ownName: z.string().nullable().describe("the node's name in ssconf; null: it is not listed"),
  role: z.enum(clusterRoles).nullable().describe('by ssconf of this node; null: not listed'),
  master: masterSchema.nullable().describe('null: the node does not hold itself for the master'),
  daemons: readingOf(z.array(daemonSchema)).describe('pid files of /run/ganeti and /proc'),
  daemonArguments: readingOf(z.record(z.string(), texts)).describe(
    'NODED_ARGS and its like of /etc/default/ganeti, by name; unknown words left out',
  ),
  queueDrained: readingOf(z.boolean()).describe('/var/lib/ganeti/queue/drain exists'),
  watcherPausedUntil: readingOf(instant.nullable()).describe(
    'watcher.pause, which may lie in the past; null: not paused',
  ),
  watcherRanAt: readingOf(instant.nullable().meta({ volatile: true })).describe(
    'the newest of the state files of the watcher, which only the master has; null: none',
  ),
  jobFileCount: readingOf(whole.meta({ volatile: true })).describe(
    'job files in the queue, archived ones not counted',
  ),
  certificates: z.array(certificateFileSchema),
  managedFiles: z.array(managedFileSchema),
  rapiUsers: readingOf(rapiUsersSchema.nullable()).describe('rapi/users; null: no such file'),
  modes: readingOf(z.array(fileModeSchema)).describe(
    'of the files and folders with secrets that exist',
  ),
  upgradeIntent: z.boolean().describe('an upgrade of the cluster was begun, not ended'),
});

export const ganetiSchema = z.strictObject({
  release: readingOf(z.string().nullable()).describe(
    'of the installed code, such as 3.0.2, without the revision of the package; null: no Ganeti',
  ),
  membership: readingOf(membershipSchema.nullable()).describe('null: the node is in no cluster'),
});

export type GanetiFacts = z.infer<typeof ganetiSchema>;
export type Membership = z.infer<typeof membershipSchema>;
export type Ssconf = z.infer<typeof ssconfSchema>;
export type MasterFacts = z.infer<typeof masterSchema>;
export type LastVerify = z.infer<typeof lastVerifySchema>;
export type Job = z.infer<typeof jobSchema>;

/** The parameters an instance starts with: Ganeti's, the cluster's, its system's, its own. */
export function effectiveHvparams(
  { ssconf, config }: { ssconf: Ssconf; config: z.infer<typeof ganetiConfigSchema> },
  { os, hypervisor, hvparams }: Pick<InstanceConfig, 'os' | 'hypervisor' | 'hvparams'>,
): Record<string, string> {
  return {
    ...(hypervisor === 'kvm' ? ssconf.hvparamsKvm : null),
    ...config.cluster.hvparams[hypervisor],
    ...config.cluster.osHvparams[os]?.[hypervisor],
    ...hvparams,
  };
}
