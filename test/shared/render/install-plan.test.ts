import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { InstallPlan, InstallStep } from '../../../shared/install-plan.ts';
import { planText } from '../../../shared/render/install-plan.ts';
import { planMarkdown } from '../../../shared/render/install-plan-markdown.ts';
import { planScript } from '../../../shared/render/install-plan-sh.ts';
import { shellOf } from '../../../shared/shell.ts';

const hostile = "n2'; printf INJECTED #`x`$(printf INJECTED)";

function step(number: number, changes: Partial<InstallStep>): InstallStep {
  const lines = changes.lines ?? [
    { do: 'run' as const, argv: ['printf', '%s\\n', `ran ${number}`], unless: null },
  ];
  return {
    ...{ number, kind: 'packages', title: `t${number}`, on: 'each', nodes: ['n1', hostile] },
    ...{ state: 'run', held: null, waitsFor: [], result: [], reason: 'r', restsOn: [] },
    ...{ lines, shell: lines.map(shellOf) },
    ...changes,
  };
}

const held = (by: 'fail' | 'unknown' | 'warn') => ({
  state: 'held' as const,
  held: { by, reason: `why\nprintf INJECTED`, needs: 'x' },
});

function planOf(...steps: InstallStep[]): InstallPlan {
  return {
    ...{ schema: 1, cluster: 'c\nprintf INJECTED', master: 'n1', nodes: ['n1', hostile] },
    ...{ at: '2026-03-01T03:00:00.000Z', state: 'open', steps, notes: ['note\nprintf INJECTED'] },
  };
}

/** The script on a node of that name. */
function runOn(fqdn: string, script: string) {
  const folder = mkdtempSync(join(tmpdir(), 'muster-plan-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'fqdn'), fqdn);
  const hostname = `#!/bin/sh\ncat '${folder}/fqdn'\n`;
  writeFileSync(join(folder, 'hostname'), hostname, { mode: 0o755 });
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  const { status, stdout, stderr } = spawnSync('sh', ['-s'], {
    ...{ input: script, env, encoding: 'utf8' },
  });
  return { status, stdout, stderr };
}

const DONE = 'muster plan: nothing is left to do on this node\n';

describe('the script', () => {
  const failing = { do: 'run' as const, argv: ['false'], unless: null };

  const two = step(2, {});
  const stopping = step(1, { lines: [failing], shell: ['false'] });
  const over = step(1, { state: 'done', lines: [], shell: [] });
  const own = step(2, { nodes: ['n1'] });
  test.each([
    { title: 'runs what is for the node', steps: [step(1, {}), own], stdout: 'ran 1\nran 2\n' },
    { title: 'takes a hostile name', node: hostile, steps: [step(1, {}), own], stdout: 'ran 1\n' },
    { title: 'leaves out what is done', steps: [over], stdout: '' },
    { title: 'goes round what fails', steps: [step(1, held('fail')), two], status: 2 },
    { title: 'goes round what is not known', steps: [step(1, held('unknown')), two], status: 3 },
    { title: 'minds no warning', steps: [step(1, held('warn')), two] },
    { title: 'stops where a line fails', steps: [stopping, two], status: 1, stdout: '' },
    { title: 'leaves others alone', node: 'other', steps: [two], status: 64, stdout: '' },
  ])('$title', ({ node = 'n1', steps, status = 0, stdout = 'ran 2\n' }) => {
    const ended = runOn(node, planScript(planOf(...steps)));
    expect(ended).toMatchObject({ status, stdout: status === 0 ? stdout + DONE : stdout });
  });

  test('tells where it stopped', () => {
    const script = planScript(planOf(step(1, { lines: [failing], shell: ['false'] })));
    expect(runOn('n1', script).stderr).toBe('muster plan: stopped at step 1, t1\n');
  });

  test('runs none of it before all of it was read', () => {
    const script = planScript(planOf(step(1, {})));
    const half = script.slice(0, script.lastIndexOf('esac'));
    expect(runOn('n1', half)).toMatchObject({ stdout: '' });
  });
});

describe('the text', () => {
  test('has no line that is neither free nor a comment', () => {
    const steps = [
      step(1, {}),
      step(2, held('fail')),
      step(3, { ...held('warn'), result: ['a\nb'] }),
    ];
    const lines = planText(planOf(...steps), { verbose: true }).split('\n');
    const live = lines.filter((line) => line !== '' && !line.startsWith('# '));
    expect(live).toEqual([shellOf(step(1, {}).lines[0] ?? failingLine)]);
  });

  test('tells what is done only when all is asked for', () => {
    const plan = planOf(step(1, { state: 'done', lines: [], shell: [] }));
    expect(planText(plan, { verbose: false })).not.toContain('1. t1');
    expect(planText(plan, { verbose: true })).toContain('# 1. t1, on each node: done');
  });
});

const failingLine = { do: 'run' as const, argv: ['false'], unless: null };

describe('the document', () => {
  test('has the lines of a held step as comments, and takes no markup from names', () => {
    const plan = planOf(step(1, { title: '<b>*x*', ...held('fail') }));
    const text = planMarkdown(plan);
    expect(text).toContain('## 1. &lt;b&gt;\\*x\\* (held back)');
    expect(text.split('\n').filter((line) => line.startsWith('printf'))).toEqual([]);
    expect(text).toContain("# printf '%s\\n' 'ran 1'");
  });
});
