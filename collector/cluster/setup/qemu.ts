import { compareVersions, parseVersion } from '../../../shared/cpu/versions.ts';
import { known, unknownBecause } from '../../../shared/evidence.ts';
import type { QemuFacts } from '../../../shared/facts/qemu.ts';
import { fail, pass, skip, unknown, warn } from '../../../shared/judgement.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { type ClusterCheck, type ClusterJudgement, defineClusterCheck } from '../cluster-check.ts';
import { askHosts, concluded, ofSetup, type Setting, type Setup, settingsOf } from './setup.ts';

const machines = defineClusterCheck({
  id: 'qemu.machines-set',
  title: 'Every machine_version set in the cluster is offered where guests may go',
  why:
    'A guest keeps the machine type it was started with, and an empty machine_version means the ' +
    'default of whatever QEMU the node has. gnt-cluster verify looks at one node at a time.',
  rules: ['QEMU-04', 'QEMU-07'],
  needs: ['ganeti', 'qemu'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const settings = settingsOf(setup, ['machine_version']);
      if (settings.length === 0) return [skip('KVM is not an enabled hypervisor')];
      const judged = settings.map((setting) => judgeMachine(setup, setting));
      const faults = judged.filter(({ verdict }) => verdict !== 'pass');
      if (faults.length > 0) return faults;
      return [pass(judged.map(({ message }) => message).join('; '))];
    }),
});

function judgeMachine(
  setup: Setup<{ qemu: QemuFacts }>,
  { whose, params, nodes }: Setting,
): ClusterJudgement {
  const wanted = params.machine_version ?? '';
  const what = `machine_version ${wanted} of ${whose}`;
  const remedy = 'gnt-cluster modify -H kvm:machine_version=TYPE, as muster cpu-type advises';
  const subject = whose;
  if (!/\d\.\d/.test(wanted)) {
    const found = wanted === '' ? `machine_version of ${whose} is empty` : what;
    const message = `${found}, so each QEMU takes its own; expected a versioned type`;
    return { ...warn(message, remedy), subject };
  }
  const { told, untold } = askHosts(setup, nodes, ({ qemu }) =>
    offeredBy(qemu).some(({ name }) => name === wanted),
  );
  const without = told.filter(({ value }) => !value).map(({ node }) => node);
  if (without.length > 0) {
    const message = `${what} is not offered by the QEMU of ${listed(without)}; expected it there`;
    return { ...fail(message, remedy), subject };
  }
  if (untold.length > 0) return { ...unknown(`${what}: not known of ${listed(untold)}`), subject };
  return pass(`${what} is offered by ${counted(told.length, 'node')}`);
}

/** The machine types of a node's QEMU. */
export function offeredBy(qemu: QemuFacts) {
  if (qemu.binary === null) return unknownBecause('no QEMU is installed');
  return qemu.kvm.status === 'ok' ? qemu.kvm.value.machines : known(qemu.machineHelp);
}

const path = defineClusterCheck({
  id: 'qemu.kvm-path',
  title: 'kvm_path is the same for all, and the QEMU that was looked at',
  why:
    'A guest is started, and taken over, by exactly this path; with another one on some node it ' +
    'does not start there, and what was asked of QEMU here was asked of the wrong binary.',
  rules: ['QEMU-08'],
  needs: ['ganeti', 'qemu'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const settings = settingsOf(setup, ['kvm_path']);
      if (settings.length === 0) return [skip('KVM is not an enabled hypervisor')];
      const untold: string[] = [];
      const faults = settings.flatMap(({ whose, params, nodes: where }): ClusterJudgement[] => {
        const wanted = params.kvm_path;
        if (wanted === undefined) return [unknown(`kvm_path of ${whose} is not known`)];
        const asked = askHosts(setup, where, ({ qemu }) => qemu.binary);
        untold.push(...asked.untold);
        const others = asked.told.filter(({ value }) => value !== wanted);
        if (others.length === 0) return [];
        const found = others.map(({ node, value }) => `${node} (${value ?? 'no QEMU'})`);
        const message = `kvm_path of ${whose} is ${wanted}, expected it on ${listed(found)}`;
        const missing = others.some(({ value }) => value === null);
        const remedy = `gnt-cluster modify -H kvm:kvm_path=PATH; hvparams.kvm_path in the policy`;
        return [{ ...(missing ? fail : warn)(message, remedy), subject: whose }];
      });
      const paths = [...new Set(settings.map(({ params }) => params.kvm_path ?? ''))];
      return concluded(faults, `kvm_path is ${listed(paths)}`, { noun: 'QEMU', untold });
    }),
});

/** When QEMU learned what Ganeti may switch on, and when it forgot it (qapi/migration.json). */
const CAPABILITIES: Readonly<Record<string, { since: string; removed?: string }>> = {
  xbzrle: { since: '1.2' },
  'auto-converge': { since: '1.6' },
  'zero-blocks': { since: '1.6' },
  compress: { since: '2.4', removed: '9.1' },
  events: { since: '2.4' },
  'postcopy-ram': { since: '2.6' },
  'release-ram': { since: '2.9' },
  block: { since: '2.11', removed: '9.1' },
  'return-path': { since: '2.11' },
  'pause-before-switchover': { since: '2.11' },
  'dirty-bitmaps': { since: '2.12' },
  multifd: { since: '4.0' },
};

const capabilities = defineClusterCheck({
  id: 'qemu.migration-caps',
  title: 'Every migration capability is known to the QEMU of all nodes',
  why:
    'Ganeti switches migration_caps on at both ends; where one does not know it the migration ' +
    'fails. gnt-cluster verify does not look.',
  rules: ['QEMU-15'],
  needs: ['ganeti', 'qemu'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const settings = settingsOf(setup, ['migration_caps']);
      const wanted = settings.flatMap(({ params, nodes: where, whose }) =>
        capsOf(params.migration_caps).map((capability) => ({ capability, where, whose })),
      );
      if (wanted.length === 0) return [skip('no migration capability is set')];
      const untold: string[] = [];
      const faults = wanted.flatMap(({ capability, where, whose }): ClusterJudgement[] => {
        const subject = capability;
        const span = CAPABILITIES[capability];
        if (span === undefined) {
          return [{ ...unknown(`whether QEMU knows "${capability}" of ${whose}`), subject }];
        }
        const asked = askHosts(setup, where, ({ qemu }) => ({
          version: known(qemu.version),
          knows: knows(known(qemu.version), span),
        }));
        untold.push(...asked.untold);
        const without = asked.told.filter(({ value }) => !value.knows);
        if (without.length === 0) return [];
        const found = without.map(({ node, value }) => `${node} (QEMU ${value.version})`);
        const message = `${capability} of ${whose} is not known to ${listed(found)}`;
        const remedy = 'take it out: gnt-cluster modify -H kvm:migration_caps=';
        return [{ ...fail(`${message}; expected it at both ends`, remedy), subject }];
      });
      const names = [...new Set(wanted.map(({ capability }) => capability))];
      return concluded(faults, `${listed(names)} at all nodes`, { noun: 'QEMU', untold });
    }),
});

function capsOf(text = ''): string[] {
  return text.split(':').filter((one) => one !== '');
}

function knows(text: string, { since, removed }: { since: string; removed?: string }): boolean {
  return isFrom(text, since) && (removed === undefined || !isFrom(text, removed));
}

/** Whether a version is `least` or later. */
export function isFrom(text: string, least: string): boolean {
  const version = parseVersion(text) ?? unknownBecause(`"${text}" is no version`);
  return compareVersions(version, parseVersion(least) ?? []) >= 0;
}

/** What the cluster asks of QEMU, against the nodes. */
export const qemuSetupChecks: ClusterCheck[] = [machines, path, capabilities];
