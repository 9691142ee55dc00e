import type { Command } from 'commander';
import type { CheckCard } from '../../shared/check.ts';
import { checks } from '../../shared/checks/index.ts';
import { notCovered } from '../../shared/coverage.ts';
import { CommandError, type ExitName } from '../../shared/exit.ts';
import { groupedBy } from '../../shared/grouping.ts';
import { nearest } from '../../shared/nearest.ts';
import type { Rule } from '../../shared/rule.ts';
import { codeCard } from '../cluster/ganeti/code-remedies.ts';
import { verifyFindings } from '../cluster/ganeti/verify-findings.ts';
import { askedOf, gates } from '../cluster/gates.ts';
import { clusterChecks } from '../cluster/index.ts';
import { readPolicy } from '../sources.ts';
import { allCards } from './cards.ts';
import type { Io, Register } from './command.ts';

interface PolicyOption {
  policy?: string;
}

interface Cards {
  cards: Card[];
  rules: readonly Rule[];
}

interface Card extends CheckCard {
  scope: 'node' | 'cluster';
  needs: readonly string[];
}

/** `muster checks` and `muster checks explain ID`. */
export const registerChecks: Register = (program, io, done) => {
  const command = program
    .command('checks')
    .description('list every check')
    .option('--policy <file>', 'and the rules of this policy')
    .action((options: PolicyOption) => done(list(options, io)));
  command
    .command('explain')
    .description('what a check asks, why it matters, what it reads')
    .argument('<id>')
    .option('--policy <file>', 'for a rule of this policy')
    .action((id: string, _: PolicyOption, explained: Command) =>
      done(explain(id, explained.optsWithGlobals(), io)),
    );
  command
    .command('coverage')
    .description('list every readiness rule: the checks that cover it, or why none does')
    .action(() => done(coverage(io)));
};

async function coverage(io: Io): Promise<ExitName> {
  const covered = groupedBy(
    allCards.flatMap(({ id, rules }) => rules.map((rule) => ({ id, rule }))),
    ({ rule }) => rule,
  );
  const rows = [...covered].map(([rule, by]) => [rule, by.map(({ id }) => id).join(', ')] as const);
  const left = notCovered.flatMap(({ rules, reason }) =>
    rules.map((rule) => [rule, reason] as const),
  );
  io.out(`Covered by checks: ${rows.length}\n\n${table(rows)}\n`);
  io.out(`Not covered, and why: ${left.length}\n\n${table(left)}`);
  return 'open';
}

function table(rows: readonly (readonly [rule: string, text: string])[]): string {
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([rule, text]) => `${rule.padEnd(7)}  ${text}\n`).join('');
}

async function list(options: PolicyOption, io: Io): Promise<ExitName> {
  const { cards: all } = await cardsFor(options);
  const width = Math.max(...all.map((card) => card.id.length));
  for (const card of all) {
    io.out(`${card.id.padEnd(width)}  ${card.scope.padEnd(7)}  ${card.title}\n`);
  }
  return 'open';
}

async function explain(id: string, options: PolicyOption, io: Io): Promise<ExitName> {
  const { cards: all, rules } = await cardsFor(options);
  const ofVerify = explainCode(id, all);
  if (ofVerify !== null) {
    io.out(ofVerify);
    return 'open';
  }
  const card = all.find((one) => one.id === id);
  if (card === undefined) {
    const near = nearest(
      id,
      all.map((one) => one.id),
    );
    const hint = near === null ? 'muster checks lists them' : `did you mean "${near}"?`;
    throw new CommandError('usage', `no check "${id}"; ${hint}`);
  }
  const asking = gates.filter((gate) => askedOf(gate, [card.id], rules).asked.length > 0);
  io.out(
    [
      `${card.id}: ${card.title}`,
      '',
      card.why,
      '',
      `scope   ${card.scope === 'node' ? 'each node by itself' : 'across the nodes'}`,
      `reads   ${card.needs.join(', ') || 'what was reported and when'}`,
      `rules   ${card.rules.join(', ') || 'none of the guide'}`,
      `gates   ${asking.map((gate) => gate.id).join(', ') || 'none: muster capacity asks it'}`,
      '',
    ].join('\n'),
  );
  return 'open';
}

/** A subject of Ganeti's own findings, such as ganeti.ENODELVM; null: it is no such. */
function explainCode(id: string, all: readonly Card[]): string | null {
  const [, code] = /^ganeti\.(E[A-Z0-9]+)$/.exec(id) ?? [];
  const card = code === undefined ? null : codeCard(code);
  if (card === null) return null;
  const besides = all.filter((one) => card.besides.includes(one.id));
  return [
    `${id}: found by gnt-cluster verify, when it was run`,
    '',
    `told by      ${verifyFindings.id}, with this as its subject; a waiver may name it`,
    `to mend it   ${card.remedy}`,
    `verify does not see, and these do: ${card.unseen}`,
    ...besides.map((one) => `  ${one.id}: ${one.title}`),
    '',
  ].join('\n');
}

/** Every check with what it reads, and those of the rules of `--policy`. */
async function cardsFor({ policy }: PolicyOption): Promise<Cards> {
  const inForce = policy === undefined ? null : await readPolicy(policy);
  const own = inForce?.rules ?? [];
  const needs = new Map([...checks, ...clusterChecks, ...own].map((one) => [one.id, one.needs]));
  const ofNode = new Set([...checks, ...own].map(({ id }) => id));
  const cards = [...allCards, ...own].map(
    (card): Card => ({
      ...card,
      needs: needs.get(card.id) ?? [],
      scope: ofNode.has(card.id) ? 'node' : 'cluster',
    }),
  );
  return { cards, rules: inForce?.policy.rules ?? [] };
}
