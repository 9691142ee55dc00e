import type { NetworkFacts } from '../../../shared/facts/network.ts';
import { pass, skip, unknown, warn } from '../../../shared/judgement.ts';
import { formatBytes, KIB, MIB } from '../../../shared/units.ts';
import { listed } from '../../../shared/wording.ts';
import { type ClusterCheck, type ClusterJudgement, defineClusterCheck } from '../cluster-check.ts';
import { secondarySpeeds } from './links.ts';
import { ofSetup, type Setup } from './setup.ts';

const RATES = ['resync-rate', 'c-min-rate', 'c-max-rate'] as const;

/** The most that DRBD 8.4 documents, in KiB/s: 4 GiB/s. */
const RATE_MAX = 4_194_304;
/** Ganeti's own default in KiB/s, which any link carries that may be left in use. */
const MIN_RATE_DEFAULT = 4096;

const rates = defineClusterCheck({
  id: 'drbd.rates',
  title: 'The resync rates of DRBD are plausible as KiB/s',
  why:
    'Ganeti hands the rates on as KiB/s and DRBD takes any number: the values of many guides are ' +
    'bytes/s, 1024 times too much, so a resync is never held back and starves the guests.',
  rules: ['DRBD-16'],
  needs: ['ganeti', 'network'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const params = setup.config.cluster.diskparams.drbd;
      const isEnabled = setup.config.cluster.enabledDiskTemplates?.includes('drbd') ?? true;
      if (!isEnabled || params === undefined) return [skip('the cluster has no disks by DRBD')];
      const found = RATES.flatMap((name): ClusterJudgement[] => {
        const text = params[name];
        return text === undefined ? [] : [judgeRate(name, text, setup)];
      });
      const faults = found.filter(({ verdict }) => verdict !== 'pass');
      if (faults.length > 0) return faults;
      return [pass(found.map(({ message }) => message).join('; ') || "Ganeti's own rates hold")];
    }),
});

function judgeRate(
  name: string,
  text: string,
  setup: Setup<{ network: NetworkFacts }>,
): ClusterJudgement {
  const subject = name;
  if (!/^\d{1,15}$/.test(text)) return { ...unknown(`${name} is "${text}", no number`), subject };
  const rate = Number(text);
  const what = `${name} is ${rate} KiB/s (${formatBytes(rate * KIB)}/s)`;
  const meant = Math.round(rate / 1024);
  const remedy = `gnt-cluster modify -D drbd:${name}=${meant}, if ${rate} was meant as bytes/s`;
  if (rate > RATE_MAX) {
    const message = `${what}, expected ${RATE_MAX} at most: a unit mistake, for Ganeti takes KiB/s`;
    return { ...warn(message, remedy), subject };
  }
  if (name !== 'c-min-rate' || rate <= MIN_RATE_DEFAULT) return pass(what);
  const { told, untold } = secondarySpeeds(setup);
  const slower = told.filter(({ value }) => (value * 1e6) / 8 < rate * KIB);
  if (slower.length > 0) {
    const links = slower.map(({ node, value }) => `${node} (${value} Mbit/s)`);
    const message = `${what}, more than the link of ${listed(links)} carries; expected far less`;
    return { ...warn(message, remedy), subject };
  }
  if (untold.length === 0) return pass(what);
  return {
    ...unknown(`${what}; the speed of its link is not known of ${listed(untold)}`),
    subject,
  };
}

/** Ganeti's default in MiB/s, from the time of 1 Gbit/s links shared with everything else. */
const BANDWIDTH_DEFAULT = 32;
/** DRBD mirrors every write over the same link: a quarter of it has to be left for that. */
export const LINK_SHARE_MAX = 0.75;

const bandwidth = defineClusterCheck({
  id: 'qemu.migration-bandwidth',
  title: 'migration_bandwidth fits the link that migrations take',
  why:
    'It is in MiB/s. With the default of 32 a busy guest never ends moving; near the speed of ' +
    'the link the writes of all mirrored guests wait meanwhile.',
  rules: ['QEMU-13'],
  needs: ['ganeti', 'network'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const { ssconf, config } = setup;
      const all = { ...ssconf.hvparamsKvm, ...config.cluster.hvparams.kvm };
      const text = all.migration_bandwidth;
      if (text === undefined) return [skip('no migration_bandwidth is set')];
      if (!/^\d{1,9}$/.test(text)) return [unknown(`migration_bandwidth is "${text}", no number`)];
      const value = Number(text);
      const { told, untold } = secondarySpeeds(setup);
      const mbps = Math.min(...told.map((one) => one.value));
      const slowest = listed(told.filter((one) => one.value === mbps).map(({ node }) => node));
      const most = Math.floor((mbps * 1e6 * LINK_SHARE_MAX) / 8 / MIB);
      const what = `migration_bandwidth is ${value} MiB/s (${inGbit(value)} Gbit/s)`;
      const advised = told.length > 0 ? most : 'N';
      const remedy = `gnt-cluster modify -H kvm:migration_bandwidth=${advised}`;
      if (told.length > 0 && value > most) {
        const link = `the ${mbps} Mbit/s of ${slowest}`;
        return [warn(`${what}, expected ${most} at most: ${link} carry DRBD as well`, remedy)];
      }
      if (value <= BANDWIDTH_DEFAULT) {
        return [warn(`${what}, no more than Ganeti's default; expected what the link has`, remedy)];
      }
      if (untold.length === 0) return [pass(`${what} over ${mbps} Mbit/s`)];
      return [unknown(`${what}; the speed of the link is not known of ${listed(untold)}`)];
    }),
});

function inGbit(mibPerSecond: number): string {
  return ((mibPerSecond * MIB * 8) / 1e9).toFixed(1);
}

/** What goes over the replication network, and how fast. */
export const rateSetupChecks: ClusterCheck[] = [rates, bandwidth];
