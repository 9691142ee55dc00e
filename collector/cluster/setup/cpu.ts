import { hypervisorOption } from '../../../shared/cpu/cpu-type.ts';
import { unknownBecause } from '../../../shared/evidence.ts';
import { fail, pass, skip, unknown, warn } from '../../../shared/judgement.ts';
import { counted, listed } from '../../../shared/wording.ts';
import { type ClusterCheck, type ClusterJudgement, defineClusterCheck } from '../cluster-check.ts';
import type { CpuNode } from '../cpu/check-evidence.ts';
import { runsCpuType } from '../cpu/runs-type.ts';
import { modelsByNode } from './models.ts';
import { askHosts, concluded, ofSetup, type Setting, type Setup, settingsOf } from './setup.ts';

/** What QEMU lacks almost every feature with; Ganeti 3.1 warns of these. */
const GENERIC = /^(qemu|kvm)(32|64)(-v\d+)?(,|$)/;

const types = defineClusterCheck({
  id: 'cpu.types-set',
  title: 'Every cpu_type set in the cluster runs where its guests may go',
  why:
    'cpu_type can be set for the cluster, for an operating system and for one instance, and ' +
    'Ganeti hands each to QEMU unchecked; gnt-cluster verify looks at none of them.',
  rules: ['CPU-16', 'CPU-07', 'CPU-11'],
  needs: ['ganeti', 'cpu', 'kvm', 'qemu', 'os'],
  judge: (nodes, policy) =>
    ofSetup(nodes, (setup) => {
      const modelsOf = modelsByNode(nodes, policy.qemu.planned);
      const settings = settingsOf(setup, ['cpu_type']);
      if (settings.length === 0) return [skip('KVM is not an enabled hypervisor')];
      const judged = settings.map((setting) => judgeType(setup, setting, modelsOf));
      const faults = judged.filter(({ verdict }) => verdict !== 'pass');
      if (faults.length > 0) return faults;
      return [pass(judged.map(({ message }) => message).join('; '))];
    }),
});

type ModelsOf = ReturnType<typeof modelsByNode>;

function judgeType(
  setup: Setup<CpuNode['facts']>,
  { whose, params, nodes }: Setting,
  modelsOf: ModelsOf,
): ClusterJudgement {
  const text = params.cpu_type ?? '';
  const option = hypervisorOption('cpu_type', 'MODEL');
  const remedy = `set the model of muster cpu-type (-H ${option}), then stop and start the guests`;
  if (text === '' || GENERIC.test(text)) {
    const found = text === '' ? 'is empty, so QEMU takes qemu64' : `is ${text}`;
    return { ...warn(`cpu_type of ${whose} ${found}; expected a named model`, remedy) };
  }
  const asked = askHosts(setup, nodes, (facts) => runsCpuType(modelsOf(facts), text));
  const lacking = asked.told.flatMap(({ node, value }) => {
    if (value.modelUnknown) return [`${node} (its QEMU does not know the model)`];
    return value.verdict === 'not' ? [`${node} (no ${listed(value.missing)})`] : [];
  });
  const what = `cpu_type ${text} of ${whose}`;
  const subject = whose;
  if (lacking.length > 0) {
    const message = `${what} does not run in full on ${listed(lacking)}; expected it to`;
    return { ...fail(message, remedy), subject };
  }
  const open = asked.told.flatMap(({ node, value }) =>
    value.verdict === 'unknown' ? [`${node} (${listed(value.unknown)} not known)`] : [],
  );
  const untold = [...asked.untold, ...open];
  if (untold.length > 0) return { ...unknown(`${what}: not known of ${listed(untold)}`), subject };
  return pass(`${what} runs on ${counted(nodes.length, 'node')}`);
}

const mask = defineClusterCheck({
  id: 'cpu.mask',
  title: 'Every cpu_mask names CPUs that the nodes have',
  why:
    'Ganeti pins a guest to CPUs by number and looks at no node: on one with fewer CPUs, or with ' +
    'other numbers, the guest does not start.',
  rules: ['CPU-19'],
  needs: ['ganeti', 'cpu'],
  judge: (nodes) =>
    ofSetup(nodes, (setup) => {
      const masked = settingsOf(setup, ['cpu_mask']).filter(
        ({ params }) => !['all', '', undefined].includes(params.cpu_mask),
      );
      if (masked.length === 0) return [skip('no cpu_mask is set')];
      const untold: string[] = [];
      const faults = masked.flatMap(({ whose, params, nodes: where }): ClusterJudgement[] => {
        const text = params.cpu_mask ?? '';
        const wanted = cpusOf(text);
        const adjust = 'set a cpu_mask that fits all its nodes, or cpu_mask=all';
        if (wanted === null) return [fail(`cpu_mask ${text} of ${whose} is not valid`, adjust)];
        const asked = askHosts(setup, where, ({ cpu }) => {
          const online = new Set(cpu.online ?? unknownBecause('not readable'));
          return wanted.filter((number) => !online.has(number));
        });
        untold.push(...asked.untold);
        const lacking = asked.told.flatMap(({ node, value }) =>
          value.length > 0 ? [`${node} (no CPU ${listed(value.map(String))})`] : [],
        );
        if (lacking.length === 0) return [];
        const message = `cpu_mask ${text} of ${whose} does not fit ${listed(lacking)}`;
        return [{ ...fail(message, adjust), subject: whose }];
      });
      const found = `${counted(masked.length, 'cpu_mask')}, of CPUs that are there`;
      return concluded(faults, found, { noun: 'online CPUs', untold });
    }),
});

/** No machine has more CPUs; a wider range is a slip. */
const CPU_NUMBER_MAX = 65_535;

/** The CPUs that a mask names: ranges with commas, one list for each virtual CPU after a colon. */
function cpusOf(text: string): number[] | null {
  const numbers = new Set<number>();
  for (const list of text.replaceAll('\\,', ',').split(':')) {
    if (list === 'all') continue;
    for (const part of list.split(',')) {
      const [, low, high] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
      if (low === undefined) return null;
      const [from, to] = [Number(low), Number(high ?? low)];
      if (to < from || to > CPU_NUMBER_MAX) return null;
      for (let number = from; number <= to; number++) numbers.add(number);
    }
  }
  return [...numbers].sort((a, b) => a - b);
}

/** What the cluster sets of guests' CPUs, against the nodes. */
export const cpuSetupChecks: ClusterCheck[] = [types, mask];
