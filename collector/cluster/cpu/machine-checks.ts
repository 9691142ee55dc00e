import { machinesOf, parseMachine } from '../../../shared/cpu/machines.ts';
import type { Policy } from '../../../shared/policy.ts';
import { listed } from '../../../shared/wording.ts';
import {
  type ClusterCheck,
  type ClusterJudgement,
  defineClusterCheck,
  type NodeFacts,
} from '../cluster-check.ts';
import { machineVersionAnswer } from '../machine-version.ts';
import { evidenceOf } from './check-evidence.ts';

/** Whether every node's QEMU can give guests the same machine. */
export const machineChecks: ClusterCheck[] = [
  defineClusterCheck({
    id: 'qemu.machine-common',
    title: 'One versioned machine type is known to every QEMU',
    why:
      'A running guest keeps the machine type it was started with; a node whose QEMU does not ' +
      'know it cannot take the guest. Without machine_version each node starts its own default.',
    rules: ['QEMU-04', 'QEMU-07'],
    needs: ['qemu'],
    judge: judgeMachines,
  }),
];

function judgeMachines(nodes: NodeFacts<'qemu'>[], policy: Policy): ClusterJudgement[] {
  const evidence = evidenceOf(nodes);
  const { planned } = policy.qemu;
  const answer = machineVersionAnswer(evidence, planned);
  const configured = policy.hvparams.machine_version;
  if (configured !== undefined) {
    const without = evidence.filter(({ host }) => {
      const machines = machinesOf(host, planned);
      return machines !== null && !machines.some(({ name }) => name === configured);
    });
    if (without.length > 0) {
      return [
        {
          verdict: 'fail',
          message: `machine_version ${configured} is not known to the QEMU of ${listed(
            without.map(({ node }) => node),
          )}`,
          remedy: answer.command ?? 'bring all nodes to one QEMU',
        },
      ];
    }
  }
  if (answer.unknown.length > 0) {
    const message = `the machine types of ${listed(answer.unknown)} are not known`;
    return [{ verdict: 'unknown', message }];
  }
  return [judgeChoice(answer, configured)];
}

function judgeChoice(
  { i440fx, command, defaults }: ReturnType<typeof machineVersionAnswer>,
  configured: string | undefined,
): ClusterJudgement {
  if (!i440fx) {
    return {
      verdict: 'fail',
      message: 'no versioned pc-i440fx machine type is known to the QEMU of every node',
      remedy: 'bring all nodes to QEMUs of one distribution, or of near releases',
    };
  }
  const remedy = command ?? '';
  if (i440fx.distributionOnly) {
    const message = `the newest common machine type ${i440fx.machine} is one distribution's own`;
    return { verdict: 'warn', message, remedy: 'bring all nodes to QEMUs of one distribution' };
  }
  if (configured !== undefined && parseMachine(configured) === null) {
    const message = `machine_version ${configured} is no versioned type, so it may differ by node`;
    return { verdict: 'warn', message, remedy };
  }
  if (configured === undefined && defaults.length > 1) {
    const names = defaults.map(({ machine, nodes }) => `${machine} on ${listed(nodes)}`);
    const message = `no machine_version is configured and defaults differ: ${names.join('; ')}`;
    return { verdict: 'warn', message, remedy };
  }
  const known =
    configured === undefined ? 'the newest common is' : `${configured} is known; newest`;
  return { verdict: 'pass', message: `${known} ${i440fx.machine}` };
}
