import { known } from '../../../shared/evidence.ts';
import type { DrbdDevice, DrbdFacts } from '../../../shared/facts/drbd.ts';
import { fail, skip } from '../../../shared/judgement.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { type ClusterCheck, type ClusterJudgement, defineClusterCheck } from '../cluster-check.ts';
import { askHosts, concluded, ofSetup, type Setup } from './setup.ts';

const minors = defineClusterCheck({
  id: 'drbd.minors',
  title: 'The DRBD devices of the nodes are those of the configuration',
  why:
    'A device that no instance owns holds disks of a failed job, and one that is on one node ' +
    'alone mirrors nothing. gnt-cluster verify reports both as ENODEDRBD once it runs.',
  rules: ['DRBD-14', 'DRBD-15'],
  needs: ['ganeti', 'drbd'],
  judge: (nodes) => ofSetup(nodes, judgeMinors),
});

interface Pair {
  instance: string;
  up: boolean;
  ends: { node: string; minor: number }[];
}

function judgeMinors(setup: Setup<{ drbd: DrbdFacts }>): ClusterJudgement[] {
  const pairs = setup.config.instances.flatMap(({ name, adminState, disks }): Pair[] =>
    disks.flatMap(({ drbd }) =>
      drbd === null ? [] : [{ instance: name, up: adminState === 'up', ends: drbd.minors }],
    ),
  );
  const nodes = setup.config.nodes.filter(({ offline }) => !offline).map(({ name }) => name);
  const { told, untold } = askHosts(setup, nodes, ({ drbd }) =>
    known(drbd.devices).filter(({ minor, connection }) => minor !== null && connection !== null),
  );
  const used = new Map(told.map(({ node, value }) => [node, value]));
  if (pairs.length === 0 && untold.length === 0 && [...used.values()].flat().length === 0) {
    return [skip('the cluster has no disks by DRBD')];
  }
  const faults = [
    ...told.flatMap(({ node, value }) => strayOn(node, value, pairs)),
    ...pairs.flatMap((pair) => judgePair(pair, used)),
  ];
  const found = `${counted(pairs.length, 'mirrored disk')}, as the configuration has them`;
  return concluded(faults, found, { noun: 'DRBD devices', untold });
}

function strayOn(node: string, devices: DrbdDevice[], pairs: readonly Pair[]): ClusterJudgement[] {
  const own = new Set(
    pairs.flatMap(({ ends }) => ends.filter((end) => end.node === node)).map(({ minor }) => minor),
  );
  const stray = devices.flatMap(({ minor }) =>
    minor === null || own.has(minor) ? [] : [`/dev/drbd${minor}`],
  );
  if (stray.length === 0) return [];
  const message = `${listed(stray)} is in use, expected only devices that an instance owns`;
  const remedy = 'look what holds it (drbdsetup status, lsblk), then: drbdsetup down MINOR';
  return [{ ...fail(message, remedy), node, subject: 'stray' }];
}

/** Of a guest that is stopped neither end needs to be there. */
function judgePair({ instance, up, ends }: Pair, used: Map<string, DrbdDevice[]>) {
  const seen = ends.flatMap(({ node, minor }) => {
    const devices = used.get(node);
    return devices === undefined
      ? []
      : [{ node, minor, isThere: devices.some((one) => one.minor === minor) }];
  });
  const missing = seen.filter(({ isThere }) => !isThere);
  const oneSided = missing.length > 0 && missing.length < seen.length;
  if (missing.length === 0 || !(up || oneSided)) return [];
  const where = missing.map(({ node, minor }) => `/dev/drbd${minor} on ${node}`);
  const message = `${instance}: no ${listed(where)}, expected the disk at both ends`;
  const remedy = `gnt-instance activate-disks ${instance}; when it fails: replace-disks`;
  return [{ ...fail(message, remedy), subject: instance }];
}

/** What the configuration has of DRBD, against the kernels of the nodes. */
export const drbdSetupChecks: ClusterCheck[] = [minors];
