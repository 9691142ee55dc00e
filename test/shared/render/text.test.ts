import { describe, expect, test } from 'vitest';
import { renderAudit, renderGate } from '../../../shared/render/text.ts';
import { closed, finding, nodes, onAll, open } from './results.ts';

const quiet = { verbose: false, color: false };
const hostile = '\u001b[2J\u009b31m\u202e\nOPEN  gate health';
const why = (check: string) =>
  check === 'storage.size'
    ? 'gnt-cluster init refuses a volume group that is smaller than 20480 MiB, and it counts ' +
      'after the metadata and the rounding to whole extents.'
    : undefined;

describe('a gate as text', () => {
  test.each([
    ['gate-closed.txt', closed, quiet],
    ['gate-closed-verbose.txt', closed, { verbose: true, color: false, why }],
    ['gate-closed-color.txt', closed, { verbose: false, color: true }],
    ['gate-open.txt', open, quiet],
    ['gate-open-verbose.txt', open, { verbose: true, color: false }],
  ])('reads as in %s', async (file, result, options) => {
    await expect(renderGate(result, options)).toMatchFileSnapshot(`../../golden/${file}`);
  });

  test('says the same with and without colour', () => {
    const colored = renderGate(closed, { verbose: true, color: true });

    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences are the subject
    expect(colored.replaceAll(/\u001b\[[\d;]*m/g, '')).toBe(
      renderGate(closed, { verbose: true, color: false }),
    );
  });

  test('has its answer in the first line', () => {
    const [first] = renderGate(closed, quiet).split('\n');

    expect(first).toBe(
      'CLOSED  gate install, cluster ganeti-cluster01.example.org: ' +
        '2 failures, 4 unknown, 3 warnings',
    );
  });

  test('of nobody says so', () => {
    expect(renderGate({ ...open, state: 'undecided', nodes: [], findings: [] }, quiet)).toBe(
      'UNDECIDED  gate health, cluster ganeti-cluster01.example.org: nothing asked\n' +
        '    Is this running cluster healthy?\n    facts of no node\n\n' +
        '0 findings: 0 passed; no fresh facts\n',
    );
  });

  test('lets no hostile name or message reach the terminal or make a line', () => {
    const text = renderGate(
      {
        ...closed,
        cluster: hostile,
        nodes: [{ ...open.nodes[0], node: hostile } as (typeof open.nodes)[number]],
        findings: [
          finding('os.release', 'fail', { node: hostile, message: hostile, remedy: hostile }),
          finding('os.release', 'fail', { node: 'a', subject: hostile, message: 'bad' }),
        ],
      },
      quiet,
    );

    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text.split('\n').filter((line) => line.startsWith('OPEN'))).toEqual([]);
  });

  test('keeps fix and why within 100 columns, except for words that are longer', () => {
    const long = finding('os.release', 'fail', { message: 'm', remedy: 'word '.repeat(80).trim() });
    const lines = renderGate({ ...closed, findings: [long] }, quiet).split('\n');
    const fix = lines.filter((line) => line.startsWith('         '));

    expect(fix.map((line) => line.length)).toEqual([98, 98, 98, 98, 73]);
    expect(
      fix
        .join(' ')
        .split(/\s+/)
        .filter((word) => word === 'word'),
    ).toHaveLength(80);
  });
});

describe('an audit as text', () => {
  const audit = {
    node: nodes[0] ?? '',
    collectedAt: '2026-03-01T02:48:00Z',
    policyOrigin: '/etc/muster/cluster.yaml',
  };

  test('reads as in audit.txt', async () => {
    const findings = closed.findings
      .filter(({ node }) => node === nodes[1])
      .map((one) => ({ ...one, node: audit.node }));
    await expect(renderAudit({ ...audit, findings, ...quiet })).toMatchFileSnapshot(
      '../../golden/audit.txt',
    );
  });

  test.each([
    ['FAIL', ['pass', 'warn', 'unknown', 'fail']],
    ['UNKNOWN', ['pass', 'warn', 'unknown']],
    ['WARN', ['pass', 'warn', 'skip']],
    ['PASS', ['pass', 'skip']],
    ['UNKNOWN', []],
  ] as const)('begins with %s for %j', (word, verdicts) => {
    const findings = verdicts.flatMap((verdict) =>
      onAll('os.release', verdict, verdict).slice(0, 1),
    );
    const text = renderAudit({ ...audit, findings, ...quiet });

    expect(text.split(' ')[0]).toBe(word);
  });
});
