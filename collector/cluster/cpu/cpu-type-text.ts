import type { Recommendation } from '../../../shared/cpu/recommend.ts';
import { groupedBy } from '../../../shared/grouping.ts';
import { visible } from '../../../shared/render/safe.ts';
import { counted, listed } from '../../../shared/wording.ts';
import type { CpuTypeAnswer } from '../cpu-type.ts';
import type { Blocker, Stop } from './blockers.ts';
import { type GroupAnswer, type LastResort, lostMitigations } from './group-answer.ts';
import { remedyText } from './remedy.ts';
import type { Effect } from './what-if.ts';

export interface TextOptions {
  /** tell every step above the answer, not just those within reach */
  explain: boolean;
  lastResort: boolean;
}

/** The answer as a person reads it: what to set, why, what it costs, how to apply it. */
export function cpuTypeText(answer: CpuTypeAnswer, options: TextOptions): string {
  const sections = answer.groups.map((group) => groupText(group, answer, options));
  if (answer.lastResort) sections.push(lastResortText(answer.lastResort, options.lastResort));
  const texts = sections.map((lines) => lines.map((line) => visible(line)).join('\n'));
  return `${texts.join('\n\n')}\n`;
}

/** What a change of nodes does, one line a group. */
export function effectsText(effects: readonly Effect[]): string {
  const lines = effects.map(({ group, vendor, before, after, effect }) => {
    const who = vendor === null ? group : `${group}, ${vendor}`;
    const change =
      effect === 'same' ? `${after ?? 'none'}` : `${before ?? 'none'} → ${after ?? 'none'}`;
    return `  ${who}: ${effectWords[effect]} (${change})`;
  });
  return `What the change does:\n${lines.map((line) => visible(line)).join('\n')}\n`;
}

const effectWords: Record<Effect['effect'], string> = {
  same: 'the answer stays',
  better: 'guests get more',
  worse: 'guests get less',
  different: 'the answer changes, neither more nor less',
  new: 'a new group with its own answer',
  lost: 'no answer is left',
  undecided: 'cannot be told',
};

function groupText(group: GroupAnswer, answer: CpuTypeAnswer, options: TextOptions): string[] {
  const title = answer.groups.length > 1 ? [`${titleOf(group)}`] : [];
  if (group.state === 'undecided') return [...title, ...undecidedText(group)];
  const { recommended } = group;
  if (!recommended) {
    const who = listed(group.nodes);
    return [
      ...title,
      `No model that QEMU knows runs on all of ${who}.`,
      ...blockerText(group, true),
    ];
  }
  return [
    ...title,
    `Recommended cpu_type: ${recommended.cpuType}`,
    ...whyText(group, recommended),
    ...blockerText(group, options.explain),
    ...costText(group),
    '',
    'How to apply it:',
    ...recommended.commands.shell.map((line) => `  ${line}`),
    ...recommended.commands.rapi.map(
      ({ method, path, body }) => `  RAPI: ${method} ${path} ${JSON.stringify(body)}`,
    ),
    `  ${recommended.commands.note}`,
  ];
}

function titleOf({ group, vendor, nodes }: GroupAnswer): string {
  const who = vendor === null ? group : `${group}, ${vendor}`;
  return `Node group ${who} (${counted(nodes.length, 'node')})`;
}

function undecidedText({ undecided }: GroupAnswer): string[] {
  return [
    'Undecided: no cpu_type is recommended while these nodes are not known.',
    ...undecided.map(({ nodes, reason }) => `  ${listed(nodes)}: ${reason}`),
  ];
}

function whyText(group: GroupAnswer, recommended: Recommendation): string[] {
  const { base, alias, level, evidence, remove, add } = recommended;
  const { plain, nodes, host } = group;
  const proof =
    evidence === 'proven'
      ? 'proven by QEMU with KVM on every node'
      : 'computed, on some node from what its kernel shows; QEMU with KVM there would prove it';
  const who = nodes.length === 1 ? 'the one node runs' : `all ${nodes.length} nodes run`;
  const width = level === 0 ? '32 bits only' : `x86-64-v${level}`;
  const lines = [
    '',
    'Why:',
    `  the best that ${who}, ${proof}`,
    `  ${base}${alias ? ` (alias ${alias})` : ''}, ${width}`,
  ];
  if (remove.length > 0)
    lines.push(`  without ${listed(remove)}, which some node lacks and guests do not miss`);
  if (add.length > 0)
    lines.push(`  with ${listed(add)}, which all nodes offer and the model lacks`);
  lines.push(
    '  enforce: a node that cannot provide this CPU refuses visibly, instead of changing the guest',
  );
  if (plain && plain.cpuType !== base)
    lines.push(`  the simple choice, without any flags: ${plain.cpuType}`);
  if (!plain) lines.push('  no model runs on all nodes as it stands');
  lines.push(hostText(host));
  return lines;
}

function hostText({ allowed, unequal }: GroupAnswer['host']): string {
  if (allowed === null) return '  host: cannot be told whether it is the same CPU everywhere';
  if (allowed) return '  host would be the same CPU on all of them, until one of them is changed';
  return `  host is not the same CPU everywhere: ${listed(unequal)} differ`;
}

function blockerText({ blockers }: GroupAnswer, explain: boolean): string[] {
  const near = blockers.filter(({ step }) => step !== 'top');
  const within = near.filter(({ step }) => step === 'maximal');
  const shown = explain ? blockers : within.length === 0 ? near : within;
  if (shown.length === 0) return [];
  return ['', 'Why not better:', ...shown.flatMap((one) => oneBlocker(one))];
}

function oneBlocker({ model, step, stops }: Blocker): string[] {
  const note = stepNotes[step];
  return [
    `  ${model}${note}`,
    ...stops.flatMap((stop) => stopText(stop).map((line) => `    ${line}`)),
  ];
}

const stepNotes: Record<Blocker['step'], string> = {
  maximal: '',
  next: ' (the next step up)',
  top: ' (the best of all, far from these CPUs)',
};

function stopText({ nodes, missing, unknown, qemuFrom }: Stop): string[] {
  const who = listed(nodes);
  const lines = [...groupedBy(missing, ({ remedy }) => remedy)].map(([remedy, features]) => {
    return `${who}: no ${listed(features.map(({ feature }) => feature))}: ${remedyText[remedy]}`;
  });
  if (unknown.length > 0)
    lines.push(`${who}: ${listed(unknown)} not known: ${remedyText.undecided}`);
  if (qemuFrom !== null) lines.push(`${who}: its QEMU does not know it; ${qemuFrom} does`);
  return lines;
}

function costText({ missingMitigations, warnings }: GroupAnswer): string[] {
  const lines = lostMitigations(missingMitigations).map((lost) => `  guests go without ${lost}`);
  lines.push(...warnings.map((warning) => `  ${warning}`));
  return lines.length === 0 ? [] : ['', 'What it costs:', ...lines];
}

function lastResortText(last: LastResort, wanted: boolean): string[] {
  const hint = 'The nodes are of several vendors: give each its own node group, as above.';
  if (!wanted) return [hint, 'muster cpu-type --last-resort shows what they would share.'];
  if (!last.recommended) return [hint, 'There is no model that all of them run.'];
  return [
    `Last resort over all vendors: ${last.recommended.cpuType}`,
    ...last.warnings.map((warning) => `  ${warning}`),
    ...last.recommended.commands.shell.map((line) => `  ${line}`),
  ];
}
