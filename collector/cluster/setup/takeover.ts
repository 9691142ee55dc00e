import { machinesOf } from '../../../shared/cpu/machines.ts';
import { known, unknownBecause } from '../../../shared/evidence.ts';
import type { GuestArguments } from '../../../shared/facts/guests.ts';
import type { QemuFacts } from '../../../shared/facts/qemu.ts';
import { groupedBy } from '../../../shared/grouping.ts';
import { fail, skip } from '../../../shared/judgement.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { type ClusterJudgement, defineClusterCheck } from '../cluster-check.ts';
import { runsCpuType } from '../cpu/runs-type.ts';
import { modelsByNode } from './models.ts';
import { isFrom } from './qemu.ts';
import { guestsOf } from './running.ts';
import { askHosts, concluded, homesOf, hostingNodes, ofSetup } from './setup.ts';

/** Every running guest can be taken over as it was started. */
export const takeover = defineClusterCheck({
  id: 'guests.takeover',
  title: 'Running guests can be taken over by their other nodes as they were started',
  why:
    'A migration starts the same command line on the target: a machine type, CPU or option that ' +
    'its QEMU does not have ends it. Ganeti calls every pair of versions safe.',
  rules: ['CPU-17', 'QEMU-05', 'QEMU-06'],
  needs: ['ganeti', 'guests', 'cpu', 'kvm', 'qemu', 'os'],
  judge: (nodes, policy) =>
    ofSetup(nodes, (setup) => {
      const { running, untold } = guestsOf(setup);
      const modelsOf = modelsByNode(nodes, policy.qemu.planned);
      const hosting = new Set(hostingNodes(setup));
      const silent = [...untold];
      const movable = running.flatMap(({ node, name, given, instance }) => {
        const homes = instance === null ? [] : homesOf(setup, instance);
        const targets = homes.filter((home) => home !== node && hosting.has(home));
        return targets.length === 0 ? [] : [{ node, name, given, targets }];
      });
      if (movable.length === 0 && untold.length === 0) {
        return [skip('no running guest has another node to go to')];
      }
      const refused = movable.flatMap(({ node, name, given, targets }) => {
        const asked = askHosts(setup, targets, (facts) => [
          ...machineFaults(given, machinesOf(facts, policy.qemu.planned)),
          ...optionFaults(given, facts.qemu),
          ...cpuFaults(given, () => modelsOf(facts)),
        ]);
        silent.push(...asked.untold);
        return asked.told.flatMap(({ node: target, value }) =>
          value.map((fault) => ({ node, name, words: `${target} has no ${fault}` })),
        );
      });
      const faults = [...groupedBy(refused, ({ node }) => node)].map(
        ([node, some]): ClusterJudgement => {
          const parts = [...groupedBy(some, ({ words }) => words)].map(
            ([words, alike]) => `${listed(alike.map(({ name }) => name))}: ${words}`,
          );
          const message = `cannot be taken over: ${parts.join('; ')}; expected all that it has`;
          const remedy =
            'bring the nodes to one QEMU, or stop and start the guest as configured now';
          return { ...fail(message, remedy), node };
        },
      );
      const found = `${counted(movable.length, 'running guest')}, each with a node that takes it`;
      return concluded(faults, found, { noun: 'what is needed', untold: silent });
    }),
});

type Models = ReturnType<ReturnType<typeof modelsByNode>>;

function machineFaults({ machine }: GuestArguments, offered: ReturnType<typeof machinesOf>) {
  if (machine === null) return [];
  const names = offered ?? unknownBecause('its machine types are not known');
  return names.some(({ name }) => name === machine) ? [] : [`machine ${machine}`];
}

/** Options that guests of older Ganetis carry, and the QEMU that no longer takes them. */
const REMOVED: Readonly<Record<string, string>> = {
  soundhw: '7.1',
  chroot: '9.0',
  'no-acpi': '9.0',
  'no-hpet': '9.0',
};
/** Of this one on, guests with server,nowait were refused (ganeti issues 1852 and 1878). */
const NEW_SOCKET_FLAGS = '10.0';

function optionFaults({ options, oldSocketFlags }: GuestArguments, qemu: QemuFacts): string[] {
  const gone = options.filter((name) => Object.hasOwn(REMOVED, name));
  if (gone.length === 0 && !oldSocketFlags) return [];
  const version = known(qemu.version);
  return [
    ...gone
      .filter((name) => isFrom(version, REMOVED[name] ?? ''))
      .map((name) => `-${name} (QEMU ${version})`),
    ...(oldSocketFlags && isFrom(version, NEW_SOCKET_FLAGS)
      ? [`server,nowait (QEMU ${version})`]
      : []),
  ];
}

function cpuFaults({ cpu }: GuestArguments, models: () => Models): string[] {
  if (cpu === null) return [];
  const { verdict, modelUnknown, missing, unknown } = runsCpuType(models(), cpu);
  if (modelUnknown) return [`CPU model ${cpu}`];
  if (verdict === 'unknown') unknownBecause(`${listed(unknown)} of ${cpu} not known`);
  return verdict === 'not' ? [`${listed(missing)} of CPU ${cpu}`] : [];
}
