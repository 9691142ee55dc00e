import { Option } from 'commander';
import { exitOfAnswer } from '../../shared/answer.ts';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import {
  deliver,
  type OutputChoice,
  planOutputs,
  quietHelp,
  repeated,
} from '../../shared/outputs.ts';
import { safeJson } from '../../shared/render/safe.ts';
import type { Selection } from '../../shared/selection.ts';
import { gates } from '../cluster/gates.ts';
import { rapiCards } from '../cluster/rapi.ts';
import type { RapiTarget } from '../rapi/client.ts';
import { type RapiOptions, rapiTarget, withRapi } from '../rapi/target.ts';
import { makeReceipt } from '../receipt.ts';
import { loadEvidence, type SourceOptions } from '../sources.ts';
import { allCards, whyOf } from './cards.ts';
import type { Io, Register } from './command.ts';
import { loadMaintenance, refuseWrongMaintenance } from './maintenance.ts';
import { withFormats, withRapiOptions, withSelection, withSource, withWaivers } from './options.ts';
import { answerQuestion, gateOf, questionOf, refuseWrongWords } from './question.ts';
import { toldByCollector } from './told-gate.ts';

interface VerifyOptions extends SourceOptions, OutputChoice, RapiOptions, Selection {
  gate: string;
  join?: string[];
  drain?: string[];
  after?: string;
}

/** `muster verify`: is the gate open? The exit code says so before anything is formatted. */
export const registerVerify: Register = (program, io, done) => {
  withFormats(withSelection(withRapiOptions(withWaivers(withSource(program.command('verify'))))))
    .description('decide a gate over the cluster: open 0, closed 2, undecided 3')
    .requiredOption('--gate <gate>', `which question: ${gates.map((gate) => gate.id).join(', ')}`)
    .addOption(
      new Option('--fail-on <verdict>', 'what makes the exit code non-zero')
        .choices(['fail', 'warn'])
        .default('fail'),
    )
    .addOption(new Option('-q, --quiet', quietHelp).conflicts('verbose'))
    .option('--join <report>', 'gate join: a report of a joining node (repeatable)', repeated)
    .option('--drain <node>', 'gate maintenance: a node to take down (repeatable)', repeated)
    .option('--after <receipt>', 'gate maintenance: compare with the receipt of before')
    .addHelpText('after', '\n-o receipt:FILE writes what "muster receipt check" re-derives later.')
    .action((paths: string[], options: VerifyOptions) => done(verify(paths, options, io)));
};

async function verify(paths: string[], options: VerifyOptions, io: Io): Promise<ExitName> {
  const outputs = planOutputs(options, { receipts: true });
  const words = { ...options, failOn: outputs.failOn };
  refuseWrongWords(words);
  if (Boolean(gateOf(options.gate).ofJoining) !== (options.join !== undefined)) {
    throw new CommandError('usage', '--gate join and --join REPORT go together');
  }
  refuseWrongMaintenance(options);
  if (options.after !== undefined && outputs.written.some(({ format }) => format === 'receipt')) {
    throw new CommandError('usage', '--after makes no receipt: --drain makes the next one');
  }
  const told = await toldByCollector({ paths, options, outputs });
  if (told !== null) {
    await deliver(told, { outputs, whyOf: () => undefined }, io);
    return exitOfAnswer(told, outputs.failOn);
  }
  const target = await rapiFor(options);
  const reported = await loadMaintenance(await loadEvidence(paths, options, io), options, io);
  const evidence = await withRapi(reported, target, io);
  const question = questionOf(words, evidence);
  const { answer, exit } = answerQuestion(question, evidence);
  const receipt = () => {
    const { maxAge = null, waivers } = options;
    const given = { maxAge, waivers: waivers !== undefined, failOn: question.failOn };
    const answered = { evidence, given, answer, exit };
    const cards = [...allCards, ...evidence.rules];
    const made = makeReceipt(answered, { cards, digest: io.digest });
    return `${safeJson(made)}\n`;
  };
  const why = (id: string) => whyOf(id, evidence.rules);
  await deliver(answer, { outputs, whyOf: why, receipt }, io);
  return exit;
}

/** A gate before there is a cluster asks nothing of one, whatever a file of settings names. */
async function rapiFor(options: VerifyOptions): Promise<RapiTarget | null> {
  const asks = gateOf(options.gate).asks;
  return rapiCards.some(({ id }) => asks(id)) ? rapiTarget(options) : null;
}
