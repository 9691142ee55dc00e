import type { Finding, Verdict } from '../../../shared/check.ts';
import type { GateResult } from '../../../shared/gate.ts';
import type { NamesMatrix } from '../../../shared/names-matrix.ts';

/** The nodes of the made-up answers. */
export const nodes = ['ganeti01.example.org', 'ganeti02.example.org', 'ganeti03.example.org'];

/** A finding, with as little as needs saying. */
export function finding(
  check: string,
  verdict: Verdict,
  rest: Partial<Finding> & { message: string },
): Finding {
  return { check, title: `Title of ${check}`, node: null, verdict, ...rest };
}

/** One finding of each node in the same words. */
export function onAll(check: string, verdict: Verdict, message: string): Finding[] {
  return nodes.map((node) => finding(check, verdict, { node, message }));
}

/** A gate that is closed by all that can be wrong at once. */
export const closed: GateResult = {
  gate: 'install',
  title: 'Are these machines ready for gnt-cluster init?',
  cluster: 'ganeti-cluster01.example.org',
  state: 'closed',
  at: '2026-03-01T03:00:00.000Z',
  nodes: [
    fresh('ganeti01.example.org', 720_000),
    fresh('ganeti02.example.org', 4_980_000),
    {
      node: 'ganeti03.example.org',
      expected: true,
      freshness: 'missing',
      ageMs: null,
      collectedAt: null,
    },
    { ...fresh('spare.example.org', 60_000), expected: false },
  ],
  deciding: [],
  findings: [
    finding('fleet.report', 'unknown', {
      node: 'ganeti03.example.org',
      message: 'no report; expected one that is at most 2 h old',
      remedy: 'on the node: systemctl status muster-agent.timer; muster-agent push',
    }),
    finding('fleet.membership', 'warn', {
      node: 'spare.example.org',
      message: 'it reports, but the policy does not name it; it is left out of the answer',
      remedy: 'name it in "nodes" of the policy exactly as it reports, or remove its report',
    }),
    ...['ganeti01.example.org', 'ganeti02.example.org'].map((node) =>
      finding('network.stp', 'warn', {
        node,
        subject: 'br0',
        message: 'STP is on, expected it off',
        remedy:
          'bridge_stp off in /etc/network/interfaces, then ip link set br0 type bridge stp_state ' +
          '0; a guest waits for half a minute after each start and migration while STP learns',
      }),
    ),
    finding('storage.size', 'pass', { node: 'ganeti01.example.org', message: '22 GiB' }),
    finding('storage.size', 'fail', {
      node: 'ganeti02.example.org',
      message: 'volume group "gnt" has 19.9 GiB, expected 20 GiB or more',
      remedy: 'vgextend gnt /dev/PARTITION',
    }),
    ...['os.kernel-equal', 'os.release-equal', 'memory.similar'].map((check) =>
      finding(check, 'unknown', {
        message: 'cannot tell without the facts of ganeti03.example.org (no report)',
      }),
    ),
    finding('addresses.duplicate', 'fail', {
      message:
        '192.0.2.6 belongs to ganeti02.example.org (policy) and ganeti03.example.org (policy); ' +
        'expected one owner',
      remedy: 'give each name an address of its own',
    }),
    finding('addresses.secondary', 'skip', { message: 'the policy plans no secondary network' }),
  ],
};

/** A gate that nothing speaks against. */
export const open: GateResult = {
  ...closed,
  gate: 'health',
  title: 'Is this running cluster healthy?',
  state: 'open',
  nodes: nodes.map((node, index) => fresh(node, 60_000 * (index + 1))),
  findings: onAll('os.release', 'pass', 'Debian GNU/Linux 12 (bookworm)'),
};

/** A names matrix with every kind of answer. */
export const matrix: NamesMatrix = {
  nodes,
  rows: [
    {
      name: 'ganeti01.example.org',
      expected: '192.0.2.5',
      cells: nodes.map((node) => {
        return { node, status: 'answered', addresses: ['192.0.2.5'], source: 'resolver' };
      }),
    },
    {
      name: 'ganeti02.example.org',
      expected: '192.0.2.6',
      cells: [
        answered(0, ['192.0.2.6'], 'resolver'),
        answered(1, ['192.0.2.9', '2001:db8::9'], 'hosts'),
        answered(2, [], 'resolver'),
      ],
    },
    {
      name: 'ganeti-cluster01.example.org',
      expected: null,
      cells: [
        answered(0, ['192.0.2.4'], 'hosts'),
        answered(1, ['192.0.2.4'], 'resolver'),
        { node: nodes[2] ?? '', status: 'unknown', why: 'no fresh report' },
      ],
    },
  ],
};

function answered(index: number, addresses: string[], source: 'resolver' | 'hosts') {
  return { node: nodes[index] ?? '', status: 'answered' as const, addresses, source };
}

function fresh(node: string, ageMs: number): GateResult['nodes'][number] {
  const collectedAt = new Date(Date.UTC(2026, 2, 1, 3) - ageMs).toISOString();
  return { node, expected: true, freshness: 'fresh', ageMs, collectedAt };
}
