import { compareVersions } from '../../../shared/cpu/versions.ts';
import { MissingEvidence } from '../../../shared/evidence.ts';
import { effectiveHvparams } from '../../../shared/facts/ganeti.ts';
import { listed } from '../../../shared/wording.ts';
import { migrationCell } from '../cpu/migration-cell.ts';
import { runsCpuType } from '../cpu/runs-type.ts';
import { policyOf, violations } from '../ipolicy.ts';
import type { ClusterView } from './cluster-view.ts';
import type { PlacedGuest, RunningGuest } from './guest.ts';
import { machineObstacles } from './machine.ts';
import { refusedArguments } from './old-arguments.ts';
import { factsOf, takesGuests, type ViewNode } from './view-node.ts';

/** Why a guest cannot go to a node, or why that cannot be told. */
export interface Obstacle {
  verdict: 'not' | 'unknown';
  text: string;
}

/** How a guest leaves its node: while it runs, or stopped there and started elsewhere. */
export type Way = 'migrate' | 'failover';

/** A guest that has to leave its node, how, and what of it runs; null: nothing does. */
export interface Leaving {
  guest: PlacedGuest;
  from: ViewNode;
  way: Way;
  process: RunningGuest | null;
}

/** The nodes that a guest could be on by its disks, its own left out: a mirror has one. */
export function nodesFor({ guest, from }: Leaving, { nodes }: ClusterView): ViewNode[] {
  if (guest.redundancy === 'none') return [];
  const { secondaryNodes } = guest.instance;
  return nodes.filter(({ name, config }) => {
    if (name === from.name) return false;
    if (guest.redundancy === 'mirrored') return secondaryNodes.includes(name);
    return config.group === from.config.group && config.vmCapable;
  });
}

/** Why Ganeti would not, or QEMU could not, run the guest on the node; empty: it can. */
export function obstaclesOn(
  target: ViewNode,
  leaving: Leaving,
  context: { view: ClusterView; leavingNodes: ReadonlySet<string> },
): Obstacle[] {
  if (context.leavingNodes.has(target.name)) return not('it is to be drained as well');
  if (target.config.offline) return not('it is marked offline');
  if (target.config.drained) return not('it is drained');
  if (!takesGuests(target)) return not('it is not vm_capable');
  if (target.report === null || target.end === null) return unknown('it has no fresh report');
  try {
    const refused = policyObstacles(target, leaving, context.view);
    return leaving.way === 'migrate' && leaving.process !== null
      ? [...refused, ...ofRunning(target, leaving.from, leaving.process)]
      : [...refused, ...ofStarting(target, leaving, context.view)];
  } catch (error) {
    if (!(error instanceof MissingEvidence)) throw error;
    return unknown(error.message);
  }
}

/** Why a guest that stops on its node would not start there again, as it is configured now. */
export function restartObstacles(
  node: ViewNode,
  guest: PlacedGuest,
  view: ClusterView,
): Obstacle[] {
  const leaving: Leaving = { guest, from: node, way: 'failover', process: null };
  try {
    return [...ofStarting(node, leaving, view), ...node.unfit];
  } catch (error) {
    if (!(error instanceof MissingEvidence)) throw error;
    return unknown(error.message);
  }
}

function not(text: string): Obstacle[] {
  return [{ verdict: 'not', text }];
}

function unknown(text: string): Obstacle[] {
  return [{ verdict: 'unknown', text }];
}

/** Within a group Ganeti does not ask; into another one it refuses what the policy there does. */
function policyObstacles(target: ViewNode, leaving: Leaving, { config }: ClusterView): Obstacle[] {
  const { group } = target.config;
  if (group === leaving.from.config.group) return [];
  const broken = violations(leaving.guest.instance, policyOf(config, group));
  return broken.length === 0 ? [] : not(`the policy of group ${group} refuses ${listed(broken)}`);
}

/** QEMU takes this when it is given no -cpu. */
const DEFAULT_CPU = 'qemu64';

/** By the command line it was started with, which a migration ships, and not by any parameter. */
function ofRunning(target: ViewNode, from: ViewNode, process: RunningGuest): Obstacle[] {
  if (from.end === null || target.end === null) return unknown('the source has no fresh report');
  const { cpu, machine, program } = process.arguments;
  const guest = { cpuType: cpu ?? DEFAULT_CPU, machineVersion: machine };
  const cell = migrationCell(from.end, target.end, guest);
  const reasons = cell.reasons.filter(
    ({ code }) => code !== 'machine' && !(cpu === null && ofModel(code)),
  );
  const obstacles = reasons.map(({ code, verdict, text }): Obstacle => {
    // the version on the disk of the source is not the one that runs
    const open = code === 'qemu-older' && process.deleted !== false;
    return { verdict: open ? 'unknown' : verdict, text };
  });
  if (process.deleted === null) {
    obstacles.push(...unknown('whether the guest runs the QEMU that is installed is not known'));
  }
  return [
    ...obstacles,
    ...(cpu === null ? defaultCpuObstacles(target, from) : []),
    ...machineObstacles(target, from, process),
    ...binaryObstacles(target, program),
    ...argumentObstacles(target, process),
  ];
}

function ofModel(code: string): boolean {
  return code === 'features' || code === 'model';
}

/** No host has all of QEMU's own default, so what counts is that both lack the same of it. */
function defaultCpuObstacles(target: ViewNode, from: ViewNode): Obstacle[] {
  const [source, other] = [from, target].map(({ end }) => end?.kind.models);
  if (source === other) return [];
  if (!source || !other || source.evidence === 'none' || other.evidence === 'none') return [];
  const [here, there] = [source, other].map((models) => runsCpuType(models, DEFAULT_CPU));
  if (here?.unknown.length || there?.unknown.length) return unknown('what its CPU lacks is open');
  if (here?.missing.join() === there?.missing.join()) return [];
  return not(`it is given no -cpu, and ${DEFAULT_CPU} is another CPU there`);
}

function binaryObstacles(target: ViewNode, program: string | null): Obstacle[] {
  const { binary } = factsOf(target, 'qemu');
  if (binary === null) return not('no QEMU is installed');
  if (program === null || program === binary) return [];
  return unknown(`the guest is run by ${program}, of which only ${binary} is known there`);
}

function argumentObstacles({ end }: ViewNode, process: RunningGuest): Obstacle[] {
  const models = end?.kind.models;
  const version = models && models.evidence !== 'none' ? models.qemu : null;
  if (version === null) return unknown('the version of its QEMU is not known');
  const refused = refusedArguments(process.arguments).filter(
    ({ since }) => compareVersions(version, since) >= 0,
  );
  if (refused.length === 0) return [];
  const names = refused.map(({ name }) => name);
  return not(`its QEMU ${version.join('.')} takes no ${listed(names)}, with which the guest runs`);
}

const ANYWHERE = { modelUnknown: false, missing: [], unknown: [] };

function ofStarting(target: ViewNode, { guest, process }: Leaving, view: ClusterView): Obstacle[] {
  const models = target.end?.kind.models;
  if (models === undefined || models.evidence === 'none') return unknown('its CPU is not known');
  const { ssconf } = view.member;
  const params = effectiveHvparams({ ssconf, config: view.config }, guest.instance);
  // without one QEMU starts with its default, whatever the host lacks of it
  const runs = params.cpu_type ? runsCpuType(models, params.cpu_type) : ANYWHERE;
  const machine = params.machine_version;
  const machines = target.end?.machines ?? null;
  return [
    ...(runs.modelUnknown ? not('its QEMU does not know the cpu_type') : []),
    ...(runs.missing.length > 0 ? not(`it lacks ${listed(runs.missing)}`) : []),
    ...(runs.unknown.length > 0 ? unknown(`${listed(runs.unknown)} not known of it`) : []),
    ...(machine && machines?.every(({ name }) => name !== machine)
      ? not(`its QEMU has no machine type ${machine}`)
      : []),
    ...(machine && machines === null ? unknown('its machine types are not known') : []),
    ...binaryObstacles(target, params.kvm_path || null),
    ...(params.mem_path ? unknown(`its pages of ${params.mem_path} are not known`) : []),
    // of one that runs the command line tells what is in it
    ...(params.kvm_extra && process === null
      ? unknown('what kvm_extra asks of a node is not told')
      : []),
  ];
}
