import type { Report } from '../../../../shared/report.ts';
import { sampleGuest } from '../../../sample-ganeti.ts';
import { ok } from '../../../sample-report.ts';
import { type ClusterSketch, factsIn, nodeName } from './small-cluster.ts';

/** The last verify found one thing more. */
export const verify =
  (finding: Record<string, unknown>): ClusterSketch['member'] =>
  (member) => {
    const run = member.master?.lastVerify;
    if (run?.status !== 'ok' || run.value === null) throw new Error('no verify');
    const { ignored, ...rest } = finding;
    if (Array.isArray(ignored)) run.value.ignoredErrors = ignored;
    run.value.ok = rest.severity !== 'error';
    run.value.findings = [
      { severity: 'warning', code: 'X', kind: 'node', name: nodeName(3), message: 'm', ...rest },
    ];
  };

/** The run of the last verify was another. */
export const run =
  (change: Record<string, unknown>): ClusterSketch['member'] =>
  (member) => {
    const { lastVerify } = member.master ?? {};
    if (lastVerify?.status === 'ok' && lastVerify.value) Object.assign(lastVerify.value, change);
  };

/** A change to the report of one node. */
export const on =
  (number: number, change: (report: Report) => void): ClusterSketch['report'] =>
  (report, own) => {
    if (own === number) change(report);
  };

/** A change to the first DRBD device of a report. */
export const device = (change: object) => (report: Report) => {
  const { devices } = factsIn(report, 'drbd');
  if (devices.status === 'ok') Object.assign(devices.value[0] ?? {}, change);
};

/** Every peer answers like this, or does not. */
export const path = (outcome: 'refused' | 'timed_out') => (report: Report) => {
  const peers = factsIn(report, 'peers');
  if (!peers.probed) return;
  for (const one of peers.paths) one.ports = [{ port: 1811, answer: ok({ outcome, tookMs: 1 }) }];
};

/** A change to a node of the configuration. */
export const flag =
  (number: number, change: object): ClusterSketch['config'] =>
  ({ nodes }) => {
    Object.assign(nodes[number - 1] ?? {}, change);
  };

/** A job that has not ended. */
export const job =
  (summary: string): ClusterSketch['member'] =>
  (member) => {
    if (member.master) {
      member.master.jobs = ok([{ id: 7, status: 'running', summary: [summary], receivedAt: null }]);
    }
  };

/** The guest web runs there as well, whatever Ganeti has. */
export function runs(report: Report): void {
  factsIn(report, 'guests').guests.push({ ...sampleGuest(), instance: 'web' });
}

/** Another QEMU, to which pc is another machine. */
export function newer(report: Report): void {
  const { kvm } = factsIn(report, 'qemu');
  if (kvm.status === 'failed') throw new Error('the sample has no answer of QEMU');
  const machine = { aliasOf: null, isDefault: false, deprecated: false };
  kvm.value.machines = [
    { ...machine, name: 'pc', aliasOf: 'pc-i440fx-9.2' },
    { ...machine, name: 'pc-i440fx-9.2', isDefault: true },
    { ...machine, name: 'pc-i440fx-7.2' },
  ];
}

/** What the node knows as a member of its cluster. */
export function membership(report: Report) {
  const { membership: own } = factsIn(report, 'ganeti');
  if (own.status === 'failed' || own.value === null) throw new Error('the node is in no cluster');
  return own.value;
}

/** These daemons run there, and no other. */
export function daemons(names: string[]) {
  return (report: Report) => {
    membership(report).daemons = ok(names.map((name) => ({ name, running: true, arguments: [] })));
  };
}

/** Parameters of KVM for the whole cluster. */
export function hvparams(change: Record<string, string>): ClusterSketch['config'] {
  return ({ cluster }) => Object.assign(cluster.hvparams.kvm ?? {}, change);
}
