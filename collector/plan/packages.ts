import type { Policy } from '../../shared/policy.ts';
import { type Draft, forbidden, kinds, run } from './draft.ts';
import { allWell, factsOf, type PlanNode } from './scene.ts';

/** The series that Debian's packages carry in their names, by release; others bring their own. */
const SERIES: ReadonlyMap<string, string> = new Map([
  ['12', '3.0'],
  ['13', '3.1'],
]);

/** Distributions whose package names are those of the guide. */
const debianNames = new Set(['debian', 'ubuntu', 'devuan']);

/** The guide's packages and the tools that Ganeti calls, on each node that lacks any. */
export function packages(node: PlanNode, policy: Policy): Draft[] {
  const os = factsOf(node, 'os');
  const names = namesFor(node, policy);
  const draft = {
    kind: 'packages' as const,
    node: node.name,
    lines: [run(['apt-get', 'install', '-y', ...names])],
    reason:
      'what gnt-cluster init and gnt-node add run on every node; bridge-utils only for ifupdown, ' +
      'and the series of Ganeti is that of the release',
  };
  if (allWell(node, ['os.packages']) && allWell(node, ['qemu.present'])) {
    if (!hasTrouble(node)) return [{ ...draft, lines: [], done: true }];
  }
  if (os?.id != null && !debianNames.has(os.id)) {
    const reason = `the package names of ${os.id} are not known`;
    return [{ ...draft, held: forbidden(reason, 'install by hand what the line names') }];
  }
  return [draft];
}

function hasTrouble({ findings }: PlanNode): boolean {
  const bad = ['fail', 'warn', 'unknown'];
  return findings.some(
    ({ check, verdict }) => kinds.packages.mends.includes(check) && bad.includes(verdict),
  );
}

function namesFor(node: PlanNode, policy: Policy): string[] {
  const os = factsOf(node, 'os');
  const found = os?.packages.status === 'ok' ? os.packages.value : {};
  const series = os?.id === 'debian' ? SERIES.get(os.versionId ?? '') : undefined;
  const ifupdown = found.ifupdown != null && found.ifupdown2 == null;
  return [
    ...(ifupdown ? ['bridge-utils'] : []),
    ...(policy.storage.diskTemplates.includes('drbd') ? ['drbd-utils'] : []),
    'ganeti',
    ...(series === undefined ? [] : [`ganeti-${series}`]),
    'ganeti-instance-debootstrap',
    'ganeti-os-noop',
    'qemu-system-x86',
    ...['socat', 'fping', 'iproute2', 'lvm2', 'openssh-server'],
    ...(found.arping != null ? [] : ['iputils-arping']),
  ];
}
