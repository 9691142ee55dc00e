import { type ExitName, exitOfFindings } from '../../shared/exit.ts';
import { visible } from '../../shared/render/safe.ts';
import { type CapacityAnswer, capacityAnswer } from '../cluster/capacity.ts';
import { viewOf } from '../cluster/maintenance/cluster-view.ts';
import { reading } from '../cluster/maintenance/view-node.ts';
import { buildFleet, type Fleet } from '../fleet.ts';
import { askHtools, type HtoolsAnswer } from '../ganeti/htools.ts';
import { htoolsText } from '../ganeti/htools-text.ts';
import { type RapiOptions, rapiTarget, withRapi } from '../rapi/target.ts';
import { loadEvidence, type SourceOptions } from '../sources.ts';
import type { Io, Register } from './command.ts';
import { type OutputOptions, withOutput, withRapiOptions, withSource } from './options.ts';

interface CapacityOptions extends SourceOptions, RapiOptions, OutputOptions {
  htools: boolean;
}

/** `muster capacity`: may any one node be lost, by our count and by that of htools. */
export const registerCapacity: Register = (program, io, done) => {
  withOutput(withRapiOptions(withSource(program.command('capacity'))))
    .description('whether any one node may be lost: open 0, closed 2, undecided 3')
    .option('--htools', 'ask hcheck, hspace and hroller as well, from the same facts', false)
    .action((paths: string[], options: CapacityOptions) => done(capacity(paths, options, io)));
};

async function capacity(paths: string[], options: CapacityOptions, io: Io): Promise<ExitName> {
  const target = await rapiTarget(options);
  const evidence = await withRapi(await loadEvidence(paths, options, io), target, io);
  const fleet = buildFleet(evidence);
  const answer = capacityAnswer(fleet);
  const exit = exitOfFindings(answer.findings, 'fail');
  const asked = options.htools ? await htoolsOf(fleet) : null;
  const htools = asked && { ...asked, remarks: remarksOn(answer, asked.answer) };
  if (options.format === 'json') {
    io.out(`${JSON.stringify({ ...answer, ...(htools && { htools }) })}\n`);
    return exit;
  }
  for (const { verdict, check, message } of answer.findings) {
    io.out(`${verdict.padEnd(7)}  ${check.padEnd(24)}  ${visible(message)}\n`);
  }
  for (const line of htools ? htoolsLines(htools) : []) io.out(`${visible(line)}\n`);
  return exit;
}

interface Asked {
  /** why they could not be asked; null: they were */
  reason: string | null;
  answer: HtoolsAnswer | null;
}

async function htoolsOf({ nodes, policy }: Fleet): Promise<Asked> {
  const view = viewOf(nodes, policy);
  if (view.status === 'failed') return { reason: view.error.message, answer: null };
  const text = reading(() => htoolsText(view.value));
  if (text.status === 'failed') return { reason: text.error.message, answer: null };
  return { reason: null, answer: await askHtools(text.value) };
}

/** Where they differ from ours, and why they may. */
function remarksOn({ nPlusOne }: CapacityAnswer, answer: HtoolsAnswer | null): string[] {
  const hcheck = answer?.hcheck;
  if (!hcheck || nPlusOne === null) return [];
  const ours = nPlusOne.short.length;
  const remarks: string[] = [];
  if (ours !== hcheck.n1Fail) {
    remarks.push(
      `hcheck counts ${hcheck.n1Fail} nodes short of room for one other, we ${ours}: it leaves ` +
        'out guests that are not auto-balanced, and takes any node for fit by CPU and QEMU',
    );
  }
  const lost = nPlusOne.lost.length;
  if (hcheck.gn1Fail !== null && lost !== hcheck.gn1Fail) {
    remarks.push(
      `hcheck counts ${hcheck.gn1Fail} nodes that may not be lost, we ${lost}: it also counts ` +
        'disk, processors and policy, and does not ask who can run a guest',
    );
  }
  if (hcheck.needRebalance) remarks.push('hcheck would rebalance: hbal -L -X');
  return remarks;
}

function htoolsLines({ reason, answer, remarks }: Asked & { remarks: string[] }): string[] {
  if (answer === null) return [`htools: not asked: ${reason}`];
  const { hcheck, hspace, hroller } = answer;
  return [
    hcheck === null
      ? 'hcheck: no answer (is ganeti-htools installed?)'
      : `hcheck: ${hcheck.n1Fail} nodes fail N+1, ${hcheck.gn1Fail ?? '?'} may not be lost`,
    hspace === null
      ? 'hspace: no answer'
      : `hspace: ${hspace.newInstances} more instances fit, then ${hspace.limit ?? 'no limit'}`,
    hroller === null
      ? 'hroller: no answer'
      : `hroller: ${hroller.map((group) => group.join(', ')).join('; ')}`,
    ...remarks,
  ];
}
