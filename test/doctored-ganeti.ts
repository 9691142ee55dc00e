import type { Membership } from '../shared/facts/ganeti.ts';
import type { GanetiConfig } from '../shared/facts/ganeti-config.ts';
import type { Doctoring } from './doctoring.ts';
import { sampleMembership } from './sample-ganeti.ts';
import { ok } from './sample-report.ts';

/** The sample's node as the master of a cluster, with a change. */
export const member = (change?: (member: Membership) => void) => ({
  ganeti: { facts: { membership: ok(sampleMembership(1, change)) } },
});

const healthy = { sections: member() };

/** A change that the check has to notice; unchanged, the member passes. */
const noticed = (
  verdict: Doctoring['verdict'],
  change: (member: Membership) => void,
): Doctoring => ({ verdict, sections: member(change), passes: healthy });

/** The same of the configuration that the master holds. */
const misconfigured = (verdict: Doctoring['verdict'], change: (config: GanetiConfig) => void) =>
  noticed(verdict, ({ master }) => {
    if (master?.config.status === 'ok') change(master.config.value);
  });

/** For every check of Ganeti on a node a member of a cluster that it must not pass. */
export const doctoredGaneti: Record<string, Doctoring> = {
  'ganeti.daemons': noticed('fail', ({ daemons }) => {
    const noded = daemons.status === 'ok' ? daemons.value[0] : undefined;
    if (noded) noded.running = false;
  }),
  'ganeti.certificates': noticed('fail', ({ certificates }) => {
    const certificate = certificates[2]?.certificate;
    if (certificate?.status === 'ok' && certificate.value) {
      certificate.value.notAfter = '2026-11-25T00:00:00.000Z';
    }
  }),
  'ganeti.client-certificate': noticed('fail', ({ ssconf }) => {
    ssconf.candidateCertificates = [];
  }),
  'ganeti.voting': noticed('fail', (one) => {
    one.daemonArguments = ok({ LUXID_ARGS: ['--no-voting', '--yes-do-it'] });
  }),
  'ganeti.quorum': noticed('warn', ({ ssconf }) => {
    ssconf.nodes.pop();
  }),
  'ganeti.candidates': misconfigured('warn', ({ nodes }) => {
    for (const node of nodes) node.masterCandidate = node.name.startsWith('ganeti01.');
  }),
  'ganeti.queue-open': noticed('warn', (one) => {
    one.queueDrained = ok(true);
  }),
  'ganeti.jobs': noticed('warn', ({ master }) => {
    if (master === null) return;
    const receivedAt = '2026-11-21T00:00:00.000Z';
    master.jobs = ok([{ id: 7, status: 'running', summary: ['NODE_EVACUATE'], receivedAt }]);
  }),
  'ganeti.job-files': noticed('warn', (one) => {
    one.jobFileCount = ok(1001);
  }),
  'ganeti.watcher': noticed('warn', (one) => {
    one.watcherPausedUntil = ok('2026-11-22T13:00:00.000Z');
  }),
  'ganeti.verify-run': noticed('warn', ({ master }) => {
    if (master !== null) master.lastVerify = ok(null);
  }),
  'ganeti.hypervisors': misconfigured('fail', ({ cluster }) => {
    cluster.enabledHypervisors = ['xen-pvm'];
  }),
  'ganeti.iallocator': misconfigured('warn', ({ cluster }) => {
    cluster.defaultIallocator = null;
  }),
  'ganeti.node-flags': misconfigured('warn', ({ nodes }) => {
    for (const node of nodes) node.drained = node.name.startsWith('ganeti01.');
  }),
  'ganeti.own-master': misconfigured('fail', ({ instances }) => {
    for (const { nics } of instances) {
      for (const nic of nics) nic.mac = '52:54:00:00:01:05';
    }
  }),
  'ganeti.upgrade': noticed('fail', (one) => {
    one.upgradeIntent = true;
  }),
};
