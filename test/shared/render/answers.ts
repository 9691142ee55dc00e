import { type Answer, answerOfAudit, answerOfGate } from '../../../shared/answer.ts';
import type { Finding, Verdict } from '../../../shared/check.ts';
import type { GateResult } from '../../../shared/gate.ts';
import type { RenderOptions } from '../../../shared/render/render.ts';

const [first, second, third] = ['node1.example.org', 'node2.example.org', 'node3.example.org'];

/** How the formats are asked when nothing else is said. */
export const options: RenderOptions = {
  verbose: false,
  color: false,
  failOn: 'fail',
  why: (check) => (check === 'storage.size' ? 'A smaller group is refused by init.' : undefined),
};

/** A finding on the first node, with as little as needs saying. */
export function finding(verdict: Verdict, rest: Partial<Finding> = {}): Finding {
  return {
    check: 'storage.size',
    title: 'The volume group is large enough',
    node: first,
    verdict,
    message: 'gnt has 22 GiB',
    ...rest,
  };
}

/** One finding of every kind, one of them waived. */
export const mixed: Finding[] = [
  finding('pass'),
  finding('fail', {
    node: second,
    message: 'gnt has 19.9 GiB, expected 20 GiB or more',
    remedy: 'vgextend gnt /dev/PARTITION',
  }),
  finding('unknown', { node: third, message: 'section "storage" failed: vgs: not permitted' }),
  ...[first, second].map((node) =>
    finding('warn', {
      check: 'network.stp',
      title: 'STP is off',
      node,
      subject: 'br0',
      message: 'STP is on, expected it off',
      remedy: 'bridge_stp off in its stanza',
    }),
  ),
  finding('fail', {
    check: 'memory.ecc',
    title: 'The memory corrects errors',
    message: 'no ECC, expected it',
    remedy: 'use registered ECC memory',
    waived: {
      owner: 'alice@example.org',
      expires: '2026-12-01T00:00:00.000Z',
      reason: 'new memory is ordered (100 % sure)',
    },
  }),
  finding('skip', {
    check: 'addresses.secondary',
    title: 'The secondary network is one',
    node: null,
    message: 'the policy plans no secondary network',
  }),
];

/** A gate closed by one of everything. */
export const closedGate = gateOf(mixed, 'closed');

/** A gate that nothing speaks against. */
export const openGate = gateOf([finding('pass'), finding('pass', { node: second })], 'open');

/** The audit of one node that warns. */
export const warningAudit = auditOf([finding('pass'), finding('warn', { remedy: 'extend it' })]);

/** A gate over these findings. */
export function gateOf(findings: Finding[], state: GateResult['state']): Answer {
  const at = '2026-03-01T03:00:00.000Z';
  const nodes = [720_000, 4_980_000].map((ageMs, index) => ({
    node: [first, second][index] ?? '',
    expected: true,
    freshness: 'fresh' as const,
    ageMs,
    collectedAt: new Date(Date.parse(at) - ageMs).toISOString(),
  }));
  const absent = { freshness: 'missing' as const, ageMs: null, collectedAt: null };
  return answerOfGate({
    gate: 'install',
    title: 'Are these machines ready for gnt-cluster init?',
    cluster: 'cluster.example.org',
    state,
    at,
    nodes: state === 'open' ? nodes : [...nodes, { node: third, expected: true, ...absent }],
    deciding: findings.filter(({ verdict }) => verdict === 'fail' || verdict === 'unknown'),
    findings,
  });
}

/** An audit of the first node with these findings. */
export function auditOf(findings: Finding[]): Answer {
  return answerOfAudit({
    node: first,
    collectedAt: '2026-03-01T03:00:00.000Z',
    policyOrigin: '/etc/muster/cluster.yaml',
    findings,
  });
}

/** What ends a string, line, tag, table, directive or command somewhere, and what is no text. */
export const hostile =
  `"'</script><script>alert(1)</script><img src=x onerror=alert(2)>]]>-->&amp;|\`*_~$x$` +
  `%0A::error::x##[error]y # SKIP z\\{}[a](javascript:b)\n::error::line two\n  ...\nok 1 - z\r\n` +
  `\t\u0000\u001b[2J\u009b\u202e\u200b\u2028\ud800\ufffe\uffff@é,東🙂`;

/** Answers in which every text that comes from outside is `text`. */
export function answersSaying(text: string): Answer[] {
  const findings = (['fail', 'warn', 'unknown', 'skip', 'pass'] as const).flatMap((verdict) => [
    finding(verdict, { title: text, node: text, subject: text, message: text, remedy: text }),
    finding(verdict, { title: text, node: null, message: `${text}${text}` }),
  ]);
  const waived = { reason: text, owner: text, expires: '2026-12-01T00:00:00.000Z' };
  const all = [...findings, finding('fail', { node: text, message: text, waived })];
  const nodes = [
    { node: text, expected: true, freshness: 'stale' as const, ageMs: -5, collectedAt: null },
  ];
  const gate = { ...gateOf(all, 'closed'), cluster: text, nodes };
  const audit = { ...auditOf(all), node: text, policyOrigin: text, nodes };
  return [gate as Answer, audit as Answer];
}
