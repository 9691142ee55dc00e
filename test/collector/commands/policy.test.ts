import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { smallReport } from '../../shared/rules/rule-cases.ts';
import { temporaryFolder } from '../test-app.ts';
import { muster } from './muster.ts';

const policy = `# ours
storage:
  minimumFree: 1.5 TiB
  diskTemplates: [plain]
thresholds: {maximumAge: 90m}
severity: {rule.swap: warn}
rules:
  - id: big
    title: Nodes are big
    message: the node is small
    remedy: buy memory
    that: memory.totalBytes >= bytes("128 GiB")
  - id: swap
    title: Some swap is free
    message: no swap is free
    remedy: look what took it
    that: memory.swapFreeBytes > 0
`;

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'reports'));
  write('reports/one.json', JSON.stringify(smallReport()));
  write('cluster.yaml', policy);
});

function write(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

describe('muster policy show', () => {
  test('tells every value as people write it, and the line it comes from', async () => {
    const file = join(folder, 'cluster.yaml');
    const { code, stdout } = await muster('policy', 'show', file);
    const rows = stdout.split('\n').map((line) => line.replaceAll(file, 'F').split(/ {2,}/));
    expect(code).toBe(0);
    expect(rows).toEqual(
      expect.arrayContaining([
        ['storage.volumeGroup', 'gnt', 'default'],
        ['storage.minimumFree', '1.5 TiB', 'F:3'],
        ['storage.diskTemplates', 'plain', 'F:4'],
        ['nodes', 'none', 'default'],
        ['thresholds.maximumAge', '1 h 30 min', 'F:5'],
        ['thresholds.memoryMinimum', '2 GiB', 'default'],
        ['severity.rule.swap', 'warn', 'F:6'],
        ['rules[1].title', 'Some swap is free', 'F:14'],
        ['rules[1].severity', 'fail', 'default'],
      ]),
    );
  });

  test('without a file all is default; as JSON it is the policy itself', async () => {
    const { stdout } = await muster('policy', 'show');
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .every((line) => line.endsWith('  default')),
    ).toBe(true);
    const json = await muster('policy', 'show', '-f', 'json', join(folder, 'cluster.yaml'));
    expect(JSON.parse(json.stdout)).toMatchObject({ thresholds: { maximumAge: 5_400_000 } });
  });
});

describe('muster policy test', () => {
  const cases = (...lines: string[]) =>
    write('test.yaml', ['policy: cluster.yaml', 'cases:', ...lines, ''].join('\n'));

  test('is 0 when every rule says what is expected', async () => {
    const file = cases(
      '  - report: reports/one.json',
      '    node: ganeti01.example.org',
      '    expect: {big: fail, rule.swap: unknown}',
    );
    expect(await muster('policy', 'test', file)).toEqual({
      code: 0,
      stdout: 'ok      case 1: reports/one.json, ganeti01.example.org: 2 rules as expected\n',
      stderr: '',
    });
  });

  test('is 2 when one does not, and tells what it said instead', async () => {
    const file = cases(
      '  - {report: reports/one.json, expect: {big: pass}}',
      '  - {report: reports, expect: {big: fail}}',
    );
    expect(await muster('policy', 'test', file)).toEqual({
      code: 2,
      stdout:
        'not ok  case 1: reports/one.json, ganeti01.example.org: rule.big: expected pass, ' +
        'found fail (the node is small (memory.totalBytes 64 GiB))\n' +
        'ok      case 2: reports, ganeti01.example.org: 1 rule as expected\n',
      stderr: 'in no case: rule.swap\n',
    });
  });

  const bad: [what: string, lines: string[], message: RegExp][] = [
    [
      'a rule that is none',
      ['  - report: reports/one.json', '    expect: {bigg: pass}'],
      /test\.yaml:4:14: cases\[0\]\.expect\.bigg: no such rule; did you mean "rule\.big"\?$/,
    ],
    [
      'a verdict that is none',
      ['  - {report: reports/one.json, expect: {big: passed}}'],
      /test\.yaml:3:41: cases\[0\]\.expect\.big: expected one of pass, warn, fail/,
    ],
    [
      'an unknown key',
      ['  - {raport: reports/one.json, expect: {big: pass}}'],
      /test\.yaml:3:6: cases\[0\]\.raport: unknown key; did you mean "report"\?/,
    ],
    [
      'a node that is not in the report',
      ['  - {report: reports/one.json, node: x, expect: {big: pass}}'],
      /expected a single report of x; it has ganeti01\.example\.org$/,
    ],
    ['no case', ['  []'], /test\.yaml:2:1: cases: /],
  ];
  test.each(bad)('%s is bad data', async (_, lines, message) => {
    const { code, stderr } = await muster('policy', 'test', cases(...lines));
    expect({ code, stderr }).toEqual({ code: 65, stderr: expect.stringMatching(message) });
  });

  test('a policy that is not valid is bad data too', async () => {
    write('cluster.yaml', policy.replace('swapFreeBytes', 'swapFree'));
    const { code, stderr } = await muster(
      'policy',
      'test',
      cases('  - {report: reports/one.json, expect: {big: fail}}'),
    );
    expect(code).toBe(65);
    expect(stderr).toMatch(/cluster\.yaml:17:18: rules\[1\]\.that: no fact "swapFree" there; did/);
  });
});

describe('a rule is a check like others', () => {
  test('in the list, when its policy is given', async () => {
    const file = join(folder, 'cluster.yaml');
    const { stdout } = await muster('checks', '--policy', file);
    expect(stdout).toMatch(/^rule\.big +node +Nodes are big$/m);
    const explained = await muster('checks', 'explain', 'rule.swap', '--policy', file);
    expect(explained.stdout).toContain('It holds when: memory.swapFreeBytes > 0');
    expect((await muster('checks', 'explain', 'rule.swap')).code).toBe(64);
  });

  test('in verify: found, selected, skipped, and in the receipt', async () => {
    const file = join(folder, 'cluster.yaml');
    const receipt = join(folder, 'receipt');
    const verify = (...argv: string[]) =>
      muster(
        ...['verify', join(folder, 'reports'), '--policy', file, '--gate', 'health'],
        ...['--now', '2026-11-22T12:00:00.000Z', '-f', 'json', ...argv],
      );
    const only = JSON.parse((await verify('--select', 'rule.*')).stdout);
    expect(
      only.findings.map(({ check, verdict }: Record<string, string>) => [check, verdict]),
    ).toEqual([
      ['rule.big', 'fail'],
      ['rule.swap', 'unknown'],
    ]);
    const without = JSON.parse((await verify('--skip', 'rule.big')).stdout);
    expect(without.leftOut).toEqual(['rule.big']);
    expect(await verify('--skip', 'rule.bigg')).toMatchObject({
      code: 64,
      stderr: '--skip: rule.bigg: no such check (did you mean "rule.big"?)',
    });
    await verify('--select', 'rule.*', '-o', `receipt:${receipt}`);
    const words = ['receipt', 'check', receipt, join(folder, 'reports'), '--policy'];
    expect(await muster(...words, file)).toMatchObject({ code: 0 });
    write('cluster.yaml', policy.replace('128 GiB', '256 GiB'));
    expect(await muster(...words, file)).toMatchObject({ code: 2 });
  });

  test('in waivers, which need no policy to name it', async () => {
    const words = ['--reason', 'old', '--owner', 'me', '--expires', '2027-01-01T00:00:00Z'];
    const file = join(folder, 'waivers.yaml');
    const added = await muster(
      'waive',
      'add',
      file,
      '--check',
      'rule.big',
      '--node',
      '*',
      ...words,
    );
    expect(added.code).toBe(0);
    expect((await muster('waive', 'check', file)).code).toBe(0);
  });
});
