import type { z } from 'zod';
import {
  certificateSchema,
  type Membership,
  rapiUsersSchema,
  type Ssconf,
} from '../../shared/facts/ganeti.ts';
import { hvparamsSchema } from '../../shared/facts/ganeti-config.ts';
import { allInOrder, firstAnswer } from '../attempts.ts';
import { parseConfig } from '../ganeti/config.ts';
import { excerptConfig } from '../ganeti/config-schema.ts';
import { daemonArguments, daemonsOf } from '../ganeti/daemons.ts';
import {
  CERTIFICATES,
  contentOf,
  excerptCertificate,
  excerptRapiUsers,
  MAX_CONFIG_BYTES,
  managedPaths,
  modesOf,
  orAbsent,
} from '../ganeti/files.ts';
import { jobQueue } from '../ganeti/job-queue.ts';
import { excerptHvparams, parseSsconf, SSCONF_FILES } from '../ganeti/ssconf.ts';
import {
  DATA,
  jobFileCount,
  queueDrained,
  watcherPausedUntil,
  watcherRanAt,
} from '../ganeti/state.ts';
import { type Host, ParseError } from '../host/host.ts';
import { parseJson } from '../json.ts';
import { listOrNone } from '../listing.ts';
import { quote } from '../parse.ts';
import { type Probe, type Run, reading, readOptional } from '../probe.ts';

/** What Ganeti itself knows on this node; no command of the cluster runs and no secret is kept. */
export const ganetiProbe: Probe<'ganeti'> = {
  section: 'ganeti',
  timeoutMs: 60_000,
  needsRoot: 'configuration, jobs and certificates of Ganeti',
  last: true,
  async collect(host, _policy, run) {
    return {
      release: await reading('ganeti-confd --version', () => releaseOf(host)),
      membership: await reading(DATA, () => membershipOf(host, run)),
    };
  },
};

/** The daemon answers at once; the command takes a second or two, and is there without it. */
const VERSIONED = ['ganeti-confd', 'gnt-cluster'];

async function releaseOf(host: Host): Promise<string | null> {
  const asked = VERSIONED.map((program) => async () => {
    const { stdout } = await host.run(program, ['--version'], { timeoutMs: 15_000 });
    return parseRelease(stdout, program);
  });
  return await orAbsent(() => firstAnswer(asked));
}

/** The upstream release, without the revision of the package that follows it. */
export function parseRelease(text: string, program: string): string {
  const [line = ''] = text.split('\n', 1);
  const [, release] = /^[\w-]+ \(ganeti\b.* v?(\d+\.\d+\.\d+(?:~\w+)?)(?:-\S+)?$/.exec(line) ?? [];
  if (release !== undefined) return release;
  throw new ParseError(`${program} --version: expected a version, found ${quote(line)}`);
}

async function membershipOf(host: Host, run: Run | undefined): Promise<Membership | null> {
  const names = await listOrNone(host, DATA);
  if (!names.includes('ssconf_cluster_name')) return null;
  const ssconf = await ssconfOf(host, names);
  const ownName = await ownNameIn(host, ssconf, run);
  const role = roleOf(ssconf, ownName);
  return {
    ssconf,
    ownName,
    role,
    master: role === 'master' ? await masterOf(host) : null,
    daemons: await reading('/run/ganeti', () => daemonsOf(host)),
    daemonArguments: await reading('/etc/default/ganeti', () => daemonArguments(host)),
    queueDrained: await reading('queue/drain', () => queueDrained(host)),
    watcherPausedUntil: await reading('watcher.pause', () => watcherPausedUntil(host)),
    watcherRanAt: await reading('watcher state', () => watcherRanAt(host)),
    jobFileCount: await reading('queue', () => jobFileCount(host)),
    certificates: await allInOrder(CERTIFICATES.map((path) => certificateAt(host, path))),
    managedFiles: await allInOrder(
      managedPaths(names).map(async (file) => ({
        ...file,
        content: await reading(file.path, () => contentOf(host, file.path, ssconf.clusterName)),
      })),
    ),
    rapiUsers: await reading('rapi/users', () => rapiUsersOf(host)),
    modes: await reading('stat', () => modesOf(host)),
    upgradeIntent: names.includes('intent-to-upgrade'),
  };
}

async function ssconfOf(host: Host, names: readonly string[]): Promise<Ssconf> {
  const present = SSCONF_FILES.filter((name) => names.includes(`ssconf_${name}`));
  const texts = await allInOrder(
    present.map(async (name) => [name, await host.read(`${DATA}/ssconf_${name}`)] as const),
  );
  const how = { name: 'parameters', take: excerptHvparams };
  const json = await orAbsent(() => host.excerpt(`${DATA}/ssconf_hvparams_kvm`, how));
  const hvparams = json === null ? null : parseJson(json, hvparamsSchema, 'ssconf_hvparams_kvm');
  return parseSsconf(Object.fromEntries(texts), hvparams);
}

/** Ganeti knows a node by its FQDN; an operator may have called it otherwise. */
async function ownNameIn(
  host: Host,
  { nodes }: Ssconf,
  run: Run | undefined,
): Promise<string | null> {
  const kernel = (await readOptional(host, '/proc/sys/kernel/hostname'))?.trim();
  const own = [run?.node, kernel].map((name) => name?.toLowerCase());
  return nodes.find(({ name }) => own.includes(name.toLowerCase()))?.name ?? null;
}

function roleOf(ssconf: Ssconf, ownName: string | null): Membership['role'] {
  if (ownName === null) return null;
  if (ssconf.masterNode === ownName) return 'master';
  return ssconf.masterCandidates.includes(ownName) ? 'candidate' : 'regular';
}

async function masterOf(host: Host): Promise<Membership['master']> {
  const queue = jobQueue(host);
  const how = { name: 'configuration', take: excerptConfig, maxBytes: MAX_CONFIG_BYTES };
  const path = `${DATA}/config.data`;
  return {
    config: await reading(path, async () => parseConfig(await host.excerpt(path, how))),
    lastVerify: await reading('queue', () => queue.lastVerify()),
    jobs: await reading('queue', () => queue.unfinished()),
  };
}

async function certificateAt(
  host: Host,
  path: string,
): Promise<Membership['certificates'][number]> {
  const how = { name: 'certificate', take: excerptCertificate };
  return {
    path,
    certificate: await reading(path, async () => {
      const json = await orAbsent(() => host.excerpt(path, how));
      return json === null
        ? null
        : parseJson(json, certificateSchema, 'the excerpt of a certificate');
    }),
  };
}

async function rapiUsersOf(host: Host): Promise<z.infer<typeof rapiUsersSchema> | null> {
  const how = { name: 'count of users', take: excerptRapiUsers };
  const json = await orAbsent(() => host.excerpt(`${DATA}/rapi/users`, how));
  return json === null ? null : parseJson(json, rapiUsersSchema, 'the excerpt of rapi/users');
}
