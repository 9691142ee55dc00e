import { effectiveHvparams } from '../../../shared/facts/ganeti.ts';
import type { InstanceConfig } from '../../../shared/facts/ganeti-config.ts';
import type { GuestArguments } from '../../../shared/facts/guests.ts';
import { groupedBy } from '../../../shared/grouping.ts';
import { skip, warn } from '../../../shared/judgement.ts';
import { formatBytes, MIB } from '../../../shared/units.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { type ClusterCheck, type ClusterJudgement, defineClusterCheck } from '../cluster-check.ts';
import { guestsOf } from './running.ts';
import { concluded, ofSetup, type Setup } from './setup.ts';
import { takeover } from './takeover.ts';

const frozen = defineClusterCheck({
  id: 'guests.frozen',
  title: 'Running guests have the CPU, machine and memory that are configured',
  why:
    'A guest keeps the command line it was started with, through reboots from inside and ' +
    'migrations; a changed cpu_type holds only from its next start on, and some never had one.',
  rules: ['CPU-17'],
  needs: ['ganeti', 'guests'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const { running, untold } = guestsOf(setup);
      if (running.length === 0 && untold.length === 0) return [skip('no guest runs')];
      const differing = running.flatMap(({ node, name, given, instance }) => {
        const words = instance === null ? [] : differences(setup, instance, given);
        return words.length === 0 ? [] : [{ node, name, words: words.join(', ') }];
      });
      const faults = [...groupedBy(differing, ({ node }) => node)].map(
        ([node, some]): ClusterJudgement => {
          const parts = [...groupedBy(some, ({ words }) => words)].map(
            ([words, alike]) => `${listed(alike.map(({ name }) => name))} with ${words}`,
          );
          const remedy = 'gnt-instance stop NAME, then start NAME, in a window: no reboot will do';
          return { ...warn(`not as configured: ${parts.join('; ')}`, remedy), node };
        },
      );
      const found = `${counted(running.length, 'running guest')}, each as configured`;
      return concluded(faults, found, { noun: 'the command line', untold });
    }),
});

/** What is empty means what Ganeti and QEMU make of it, and cannot differ. */
function differences(
  setup: Setup<unknown>,
  instance: InstanceConfig,
  given: GuestArguments,
): string[] {
  const { cpu_type: cpu = '', machine_version: machine = '' } = effectiveHvparams(setup, instance);
  const { maxMemoryMiB, vcpus } = instance.beparams;
  const wanted = maxMemoryMiB * MIB;
  const has = given.memoryBytes;
  return [
    ...((given.cpu ?? '') === cpu.replaceAll('\\,', ',')
      ? []
      : [`CPU ${given.cpu ?? 'of QEMU'}, expected ${cpu || 'none named'}`]),
    ...(machine === '' || given.machine === machine
      ? []
      : [`machine ${given.machine ?? 'of QEMU'}, expected ${machine}`]),
    ...(has === null || has === wanted
      ? []
      : [`${formatBytes(has)} of memory, expected ${formatBytes(wanted)}`]),
    ...(given.vcpus === null || given.vcpus === vcpus
      ? []
      : [`${counted(given.vcpus, 'virtual CPU')}, expected ${vcpus}`]),
  ];
}

/** Running guests, against what is configured and against the nodes they may move to. */
export const guestSetupChecks: ClusterCheck[] = [frozen, takeover];
