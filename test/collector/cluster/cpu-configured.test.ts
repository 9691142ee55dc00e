import { describe, expect, test } from 'vitest';
import type { NodeEvidence } from '../../../collector/cluster/cpu/evidence.ts';
import type { Policy } from '../../../shared/policy.ts';
import { judged } from './cpu-judging.ts';
import { policyWith, provenNode, shownNode } from './cpu-nodes.ts';

const skylake = { like: 'Skylake-Server-v4', more: ['stibp', 'ssbd', 'md-clear'] };
const broadwell = { cpu: [6, 79, 1] as [number, number, number], like: 'Broadwell-v4' };
const equal = [provenNode('a', skylake), provenNode('b', skylake)];
const unequal = [provenNode('a', skylake), provenNode('b', broadwell)];

const configured = (cpu_type: string) => policyWith({ hvparams: { cpu_type } });
const machine = (machine_version: string) => policyWith({ hvparams: { machine_version } });

describe('the checks of CPUs across nodes', () => {
  test.each<[string, NodeEvidence[], Policy, string[]]>([
    [
      'cpu.configured-common',
      unequal,
      configured('Skylake-Client-v1,-hle,-rtm'),
      ['fail Skylake-Client-v1,-hle,-rtm does not run in full on b: no xgetbv1 and xsavec'],
    ],
    [
      'cpu.configured-common',
      unequal,
      configured(String.raw`Haswell-v4\,enforce`),
      ['pass Haswell-v4,enforce runs on 2 nodes, proven'],
    ],
    [
      'cpu.configured-common',
      equal,
      configured('CascadeLake'),
      [
        'fail CascadeLake does not run in full on ' +
          'a and b: the QEMU there does not know the model',
      ],
    ],
    [
      'cpu.configured-common',
      [shownNode('a', ['lm'])],
      configured('base,+rsba'),
      ['unknown base,+rsba: not decided on a: rsba not known'],
    ],
    [
      'cpu.configured-common',
      equal,
      configured('host'),
      ['skip cpu_type is host: see cpu.host-equal'],
    ],
    ['cpu.host-equal', equal, configured('host'), ['pass host is the same CPU on every node']],
    ['cpu.host-equal', equal, configured('Haswell-v4'), ['skip cpu_type is not host']],
    [
      'cpu.host-equal',
      [provenNode('a', skylake), provenNode('b', { ...skylake, less: ['md-clear'] })],
      configured('host,-svm'),
      ['fail host is not the same CPU on every node: md-clear differ'],
    ],
    [
      'qemu.machine-common',
      equal,
      machine('pc-i440fx-10.0'),
      ['fail machine_version pc-i440fx-10.0 is not known to the QEMU of a and b'],
    ],
    [
      'qemu.machine-common',
      equal,
      machine('pc'),
      ['warn machine_version pc is no versioned type, so it may differ by node'],
    ],
    [
      'qemu.machine-common',
      equal,
      machine('pc-i440fx-6.2'),
      ['pass pc-i440fx-6.2 is known; newest pc-i440fx-7.2'],
    ],
  ])('%s as configured', (...[id, nodes, policy, expected]) => {
    expect(judged(id, nodes, policy)).toEqual(expected);
  });
});
