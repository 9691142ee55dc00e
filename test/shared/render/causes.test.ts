import { describe, expect, test } from 'vitest';
import { type AnswerExit, exitOfAnswer } from '../../../shared/answer.ts';
import type { Finding } from '../../../shared/check.ts';
import { formats } from '../../../shared/outputs.ts';
import { foldCauses } from '../../../shared/render/folding.ts';
import { renderers } from '../../../shared/render/formats.ts';
import { finding, gateOf, options } from './answers.ts';

const node = 'ganeti01.example.org';
const cause = { check: 'drbd.module', node };
const root = finding('fail', { check: 'drbd.module', node, message: 'no module drbd' });
const loaded = finding('fail', {
  check: 'drbd.loaded',
  node,
  message: 'drbd is not loaded',
  cause,
});
const helper = finding('unknown', {
  check: 'drbd.usermode-helper',
  node,
  message: 'its helper cannot be read',
  cause,
});
const other = finding('warn', { check: 'network.stp', node, message: 'STP is on' });
const findings: Finding[] = [helper, root, loaded, other];
const linked = gateOf(findings, 'closed');
const bare = gateOf(
  findings.map(({ cause: _, ...rest }) => rest),
  'closed',
);
const verbose = { ...options, verbose: true };

describe('a cause as text', () => {
  test('stands once, what follows from it counted below', () => {
    const lines = renderers.text(linked, options).split('\n').slice(4, 7);
    expect(lines).toEqual([
      `FAIL     drbd.module  ${node}  no module drbd`,
      '         and 2 that follow from it: drbd.usermode-helper, drbd.loaded (-v shows them)',
      `WARN     network.stp  ${node}  STP is on`,
    ]);
  });

  test('has them in full, one line each, when every word is asked for', () => {
    const lines = renderers.text(linked, verbose).split('\n').slice(4, 8);
    expect(lines).toEqual([
      `FAIL     drbd.module  ${node}  no module drbd`,
      `         FAIL     drbd.loaded           ${node}  drbd is not loaded`,
      `         UNKNOWN  drbd.usermode-helper  ${node}  its helper cannot be read`,
      `WARN     network.stp  ${node}  STP is on`,
    ]);
  });

  test('changes no count', () => {
    const counts = (text: string) => text.split('\n').filter((line) => /\d failures/.test(line));
    expect(counts(renderers.text(linked, options))).toHaveLength(2);
    expect(counts(renderers.text(linked, options))).toEqual(counts(renderers.text(bare, options)));
  });
});

test('a cause in Markdown has its consequences in its cell, or in rows of their own', () => {
  const rows = (given: typeof options) =>
    renderers
      .markdown(linked, given)
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .slice(2);

  expect(rows(options)).toEqual([
    `| **FAIL** | drbd.module | ${node} | no module drbd<br>and 2 that follow from it: ` +
      'drbd.usermode-helper, drbd.loaded |',
    `| **WARN** | network.stp | ${node} | STP is on |`,
  ]);
  expect(rows(verbose)).toEqual([
    `| **FAIL** | drbd.module | ${node} | no module drbd |`,
    `| ↳ **FAIL** | drbd.loaded | ${node} | drbd is not loaded |`,
    `| ↳ **UNKNOWN** | drbd.usermode-helper | ${node} | its helper cannot be read |`,
    `| **WARN** | network.stp | ${node} | STP is on |`,
  ]);
});

test('a cause in HTML has its consequences folded below it, with every word', () => {
  const page = renderers.html(linked, options);
  const [, inside = ''] =
    /<details><summary>and 2 that follow from it<\/summary>(.*?)<\/details>/s.exec(page) ?? [];
  expect(page.match(/<article/g)).toHaveLength(2);
  for (const { message } of [loaded, helper]) expect(inside).toContain(message);
});

test('JSON has every finding, those that follow with their cause', () => {
  const parsed: { findings: { check: string; cause: unknown }[] } = JSON.parse(
    renderers.json(linked, options),
  );
  expect(parsed.findings.map(({ check, cause: found }) => [check, found])).toEqual([
    ['drbd.usermode-helper', { ...cause, subject: null }],
    ['drbd.module', null],
    ['drbd.loaded', { ...cause, subject: null }],
    ['network.stp', null],
  ]);
});

test.each(formats.filter((format) => !['text', 'markdown', 'html', 'json'].includes(format)))(
  'the format %s is the same with causes and without',
  (format) => {
    expect(renderers[format](linked, options)).toBe(renderers[format](bare, options));
  },
);

test.each<'fail' | 'warn'>(['fail', 'warn'])('the exit is the same, failing on %s', (failOn) => {
  const exit: AnswerExit = exitOfAnswer(linked, failOn);
  expect(exit).toBe(exitOfAnswer(bare, failOn));
});

test('one cause on two nodes is one, and each consequence is counted', () => {
  const second = 'ganeti02.example.org';
  const twin = { ...loaded, node: second, cause: { ...cause, node: second } };
  const folds = foldCauses([root, loaded, { ...root, node: second }, twin]);
  expect(folds.map(({ checks, nodes, follows }) => [checks, nodes, follows])).toEqual([
    [['drbd.module'], [node, second], [loaded, twin]],
  ]);
});
