import type { Verdict } from '../../shared/check.ts';
import { formatCpuType } from '../../shared/cpu/cpu-type.ts';
import { ganetiList } from '../../shared/shell.ts';
import { listed } from '../../shared/wording.ts';
import { evidenceOfFleet } from '../cluster/cpu/evidence.ts';
import type { GroupAnswer } from '../cluster/cpu/group-answer.ts';
import { tagCommands } from '../cluster/cpu/migration-tags.ts';
import { cpuTypeAnswer } from '../cluster/cpu-type.ts';
import { machineVersionAnswer } from '../cluster/machine-version.ts';
import { migrationAnswer } from '../cluster/migration.ts';
import { type Draft, forbidden, run, untold } from './draft.ts';
import { findingsOf, type PlanNode, type Scene } from './scene.ts';
import { bandwidth, holds, modify, withoutLines } from './settings.ts';

/** The settings of KVM, and what must be said of them to a person. */
export interface Hypervisor {
  drafts: Draft[];
  notes: string[];
}

/** What the guide sets of KVM, with the CPU and machine type that these nodes share. */
export function hypervisor(scene: Scene, master: PlanNode): Hypervisor {
  const found = scene.config?.cluster.hvparams.kvm;
  const cpu = cpuType(scene, master);
  const drafts = [
    parameters(scene, master),
    bandwidth(scene, master, found),
    machineVersion(scene, master),
    ...(cpu.draft ? [cpu.draft] : []),
    ...tags(scene, master, cpu),
  ];
  return { drafts: drafts.map(withoutLines), notes: cpu.notes };
}

const OPTION = '--hypervisor-parameters';

function parameters({ policy, config }: Scene, master: PlanNode): Draft {
  const { vhost_net: vhost, kvm_path: path } = policy.hvparams;
  const pairs = [
    ...(path === undefined ? [] : [['kvm_path', path] as const]),
    ['kvm_flag', 'enabled'],
    ['disk_aio', 'native'],
    ['disk_cache', 'none'],
    ['kernel_path', ''],
    ['serial_console', 'false'],
    ['vnc_bind_address', '127.0.0.1'],
    ['vhost_net', String(vhost)],
  ] as const;
  return {
    kind: 'hypervisor-parameters',
    node: master.name,
    ...modify(OPTION, ganetiList('kvm', pairs)),
    reason:
      'without a serial console VNC is set too, on loopback: else a guest has no console; ' +
      'migration_downtime=30 is the default already; kvm_flag lets no guest run emulated',
    done: holds(config?.cluster.hvparams.kvm, pairs),
  };
}

function machineVersion(scene: Scene, master: PlanNode): Draft {
  const { policy, fleet, config } = scene;
  const { unknown, i440fx } = machineVersionAnswer(evidenceOfFleet(fleet), policy.qemu.planned);
  const wanted = policy.hvparams.machine_version;
  const passedOver = failing(scene, ['qemu.machine-version', 'qemu.machine-common']);
  const value = wanted !== undefined && passedOver === null ? wanted : i440fx?.machine;
  const pairs = [['machine_version', value ?? 'MACHINE']] as const;
  const draft = {
    kind: 'machine-version' as const,
    node: master.name,
    ...modify(OPTION, ganetiList('kvm', pairs)),
    reason:
      'the newest that every QEMU here knows; without one a guest gets the default of the node ' +
      `it starts on${wanted === undefined || !passedOver ? '' : `; not ${wanted}: ${passedOver}`}`,
  };
  if (unknown.length > 0 || fleet.nodes.length === 0) {
    const reason = `the machine types of ${listed(unknown) || 'no node'} are not known`;
    return { ...draft, held: untold(reason, `a report of ${listed(unknown) || 'each node'}`) };
  }
  if (value === undefined) {
    const reason = 'no versioned pc-i440fx machine type is common to all nodes';
    return { ...draft, held: forbidden(reason, 'bring all nodes to one release of QEMU') };
  }
  return { ...draft, done: holds(config?.cluster.hvparams.kvm, pairs) };
}

interface CpuType extends Omit<Hypervisor, 'drafts'> {
  /** null: the nodes divide into groups of a type each */
  draft: Draft | null;
  /** null: none that all guests get is decided */
  value: string | null;
}

const OF_CONFIGURED = [
  'cpu.configured-type',
  'cpu.configured-runnable',
  'cpu.configured-common',
  'cpu.host-equal',
];

function cpuType(scene: Scene, master: PlanNode): CpuType {
  const { policy, fleet, config } = scene;
  const wanted = policy.hvparams.cpu_type?.replaceAll('\\,', ',');
  const wrong = failing(scene, OF_CONFIGURED) ?? failing(scene, ['cpu.configured-type'], 'warn');
  const all = [...scene.nodes, scene].flatMap((one) => findingsOf(one, OF_CONFIGURED));
  const proven = all.some(({ verdict }) => verdict === 'pass') && wrong === null;
  const isOpen = all.some(({ verdict }) => verdict === 'unknown');
  const { groups } = cpuTypeAnswer({ nodes: evidenceOfFleet(fleet), policy });
  const passedOver = wanted && wrong !== null ? `; not ${wanted}: ${wrong}` : '';
  const of = (value: string, reason: string): CpuType => {
    const pairs = [['cpu_type', value]] as const;
    const lines = modify(OPTION, ganetiList('kvm', pairs));
    const done = holds(config?.cluster.hvparams.kvm, pairs);
    const draft = { kind: 'cpu-type' as const, node: master.name, ...lines, reason, done };
    return { draft, value, notes: [] };
  };
  if (wanted && proven && !isOpen) return of(wanted, 'of the policy; every node runs it in full');
  const [only] = groups;
  if (only?.recommended && groups.length === 1) {
    const why = `the best that every node runs, ${only.recommended.evidence}${passedOver}`;
    return of(spelled(only), `${why}; running guests keep theirs until stopped and started`);
  }
  const undecided = groups.filter(({ state }) => state === 'undecided');
  const none = groups.filter(({ state }) => state === 'none');
  if (none.length === 0 && undecided.length === 0 && groups.length > 1) {
    return { draft: null, value: null, notes: groups.map(noteOf) };
  }
  const { draft } = of('MODEL', `what all nodes can run decides it${passedOver}`);
  const names = [...none, ...undecided].flatMap(({ nodes }) => nodes);
  const held =
    none.length > 0
      ? forbidden(`no CPU model runs on all of ${listed(names)}`, 'muster cpu-type tells why')
      : untold(
          `what the CPUs of ${listed(names) || 'the nodes'} run is not known`,
          `a report of ${listed(names) || 'each node'}, best with QEMU installed there`,
        );
  return { draft: draft && { ...draft, done: false, held }, value: null, notes: [] };
}

function spelled({ recommended }: GroupAnswer): string {
  if (recommended === null) return '';
  const { spelling: model, add, remove } = recommended;
  return formatCpuType({ model, add, remove, enforce: true });
}

function noteOf(answer: GroupAnswer): string {
  const option = ganetiList('kvm', [['cpu_type', spelled(answer)]]).replace(/^kvm:/, '');
  const { nodes } = answer;
  return (
    `Ganeti has no cpu_type for a group of nodes: guests on ${listed(nodes)} take it one by one, ` +
    `gnt-instance add -H '${option}' …`
  );
}

/** The first fault that a check which is not waived finds of what the policy wants. */
function failing(
  { nodes, findings }: Scene,
  checks: readonly string[],
  wanted: Verdict = 'fail',
): string | null {
  const all = [...nodes, { findings }].flatMap((one) => findingsOf(one, checks));
  const fault = all.find(({ verdict }) => verdict === wanted);
  return fault === undefined ? null : `${fault.message} (${fault.check})`;
}

/** Tags for htools, where not every node can hand guests to every other. */
function tags({ policy, fleet, config }: Scene, master: PlanNode, cpu: CpuType): Draft[] {
  const draft = {
    kind: 'migration-tags' as const,
    node: master.name,
    reason: 'hbal and evacuation keep to these tags; hroller and gnt-instance migrate do not',
  };
  if (cpu.draft?.held) {
    const held = { ...cpu.draft.held, reason: `without a cpu_type: ${cpu.draft.held.reason}` };
    return fleet.nodes.length > 1 ? [{ ...draft, lines: [], held }] : [];
  }
  const hvparams = { ...policy.hvparams, ...(cpu.value !== null && { cpu_type: cpu.value }) };
  const nodes = evidenceOfFleet(fleet);
  const { classes, matrices } = migrationAnswer({ nodes, policy: { ...policy, hvparams } });
  const commands = tagCommands(classes, matrices[0]?.cells ?? {});
  if (commands.length === 0) return [];
  const present = new Set([...(config?.cluster.tags ?? [])]);
  const done = config !== null && commands.every((argv) => present.has(argv.at(-1) ?? ''));
  return [{ ...draft, lines: commands.map((argv) => run(argv)), done }];
}
