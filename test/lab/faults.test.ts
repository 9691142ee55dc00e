import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Finding } from '../../shared/check.ts';
import type { Report } from '../../shared/report.ts';
import { asRoot, describeWith } from '../requirements.ts';
import { judgedLab, labReports, maintainedLab } from './judged-lab.ts';
import { breakLab, down, healLab, LAB_NODES, labScripts, on, UP_LIMIT_MS, up } from './lab.ts';

const [first, second, third] = [1, 2, 3].map((number) => `ganeti0${number}.example.org`);

/** A finding that must be there: check, node (null: the cluster), parts of message and remedy. */
type Expected = readonly [
  check: string,
  node: string | null | undefined,
  says: string,
  fix: string,
];

/**
 * The lab's faults, each with the finding at its cause. Two that no fact of a node shows are found
 * by what Ganeti's own verify left in its job log.
 */
const faults: Record<string, readonly Expected[]> = {
  'bridge-missing': [['network.links', null, `no bridge br1 on ${third}`, 'make br1 there']],
  'vg-missing': [['storage.volume-group', second, 'no volume group "gnt"', 'vgcreate gnt']],
  'vg-small': [['storage.size', second, 'gnt has 12284 MiB', 'vgextend gnt']],
  'orphan-lv': [['storage.orphans', third, '5f2b0c1e-0000', 'lvremove']],
  'hosts-entry-missing': [
    ['names.resolve', second, `${third} does not resolve`, '/etc/hosts'],
    ['ganeti.managed-files', null, '/etc/hosts: differs', 'redist-conf'],
  ],
  'hosts-127.0.1.1': [['names.own-not-loopback', third, 'leads to 127.0.1.1', 'line 5']],
  'noded-down': [
    ['ganeti.daemons', third, 'ganeti-noded does not run', 'start ganeti-noded'],
    ['ganeti.verify-findings', third, 'ENODERPC', 'gnt-cluster verify'],
  ],
  'clock-skew': [['ganeti.verify-findings', third, 'ENODETIME', 'set the clock']],
  'dev-kvm-missing': [['virtualisation.kvm', third, '/dev/kvm does not exist', 'firmware']],
  'node-offline': [['ganeti.offline-nodes', third, 'is marked offline', '--offline=no']],
  'chronyd-down': [['time.synchronised', second, 'not synchronised (chrony)', 'restart chrony']],
  'cpu-type-unknown': [['cpu.types-set', null, 'SkylakeBogus', 'cpu_type']],
};

const BY_VERIFY = 'maintenance.verify';

/**
 * What each fault does to the gate maintenance: by which check it closes for which node, and why it
 * is harmless to the others.
 */
const maintenance: Record<string, { closes: Record<number, string>; harmless?: string }> = {
  'bridge-missing': { closes: { 1: BY_VERIFY, 2: BY_VERIFY, 3: BY_VERIFY } },
  'vg-missing': { closes: { 1: BY_VERIFY, 2: BY_VERIFY, 3: BY_VERIFY } },
  'vg-small': { closes: { 1: BY_VERIFY, 2: BY_VERIFY, 3: BY_VERIFY } },
  'orphan-lv': { closes: {}, harmless: 'no guest has it, and no move needs its room' },
  'hosts-entry-missing': { closes: { 1: BY_VERIFY, 2: BY_VERIFY, 3: BY_VERIFY } },
  'hosts-127.0.1.1': { closes: { 1: BY_VERIFY, 2: BY_VERIFY, 3: BY_VERIFY } },
  'noded-down': { closes: { 1: BY_VERIFY, 2: BY_VERIFY, 3: BY_VERIFY } },
  'clock-skew': { closes: { 1: BY_VERIFY, 2: BY_VERIFY, 3: BY_VERIFY } },
  'dev-kvm-missing': {
    closes: {},
    harmless: 'the guest of the first moves to the second, by plan',
  },
  'node-offline': {
    closes: { 1: 'maintenance.quorum', 2: 'maintenance.quorum' },
    harmless: 'the third is down already',
  },
  'chronyd-down': { closes: {}, harmless: 'a clock that runs free is not off yet: see clock-skew' },
  'cpu-type-unknown': {
    closes: { 2: 'maintenance.restart' },
    harmless: 'a guest moves with the -cpu that it was started with',
  },
};

/** What is true of the lab and would be wrong on real nodes; the closing of the gate needs it. */
const TRUE_OF_THE_LAB = new Set([
  // its network has no way out, and its nodes share the root of one machine
  'network.default-route',
  'fleet.machine-id',
  // this kernel has no /proc/sysrq-trigger: verify's ENODESETUP on every node
  'ganeti.verify-findings',
  // nothing starts it without systemd
  'ganeti.daemons',
  // made by a shell redirection, not by Ganeti
  'security.modes',
]);

describeWith([asRoot, labScripts], 'a real cluster with two guests', () => {
  let healthy: Finding[] = [];
  let open: Record<number, string> = { 1: 'not asked yet' };

  beforeAll(async () => {
    await down();
    await up('guests');
    await verify();
    const reports = await labReports();
    healthy = await judgedLab('health', reports);
    open = closings(reports);
  }, UP_LIMIT_MS);

  afterAll(down);

  test('is healthy but for what is true of the lab, with nothing left open', () => {
    const unknown = healthy.filter(({ verdict }) => verdict === 'unknown');
    expect(unknown.map(({ check, node, message }) => `${check} ${node} ${message}`)).toEqual([]);
    const fails = healthy.filter(({ verdict }) => verdict === 'fail').map(({ check }) => check);
    expect(fails.filter((check) => !TRUE_OF_THE_LAB.has(check))).toEqual([]);
  });

  test('may have each of its nodes taken down', () => {
    expect(open).toEqual({});
    expect(Object.keys(maintenance)).toEqual(Object.keys(faults));
    for (const { closes, harmless } of Object.values(maintenance)) {
      expect(harmless === undefined).toBe(Object.keys(closes).length === LAB_NODES.length);
    }
  });

  for (const [fault, expected] of Object.entries(faults)) {
    test(
      `with ${fault}: it is found at its cause, and goes with it`,
      async () => {
        await breakLab(fault);
        try {
          await verify();
          const reports = await labReports();
          const found = news(healthy, await judgedLab('health', reports));
          for (const one of expected) {
            expect(
              found.filter((finding) => matches(finding, one)),
              told(one, found),
            ).not.toEqual([]);
          }
          expect(closings(reports)).toEqual(maintenance[fault]?.closes);
        } finally {
          await healLab(fault);
        }
      },
      UP_LIMIT_MS,
    );
  }

  test(
    'with all faults taken out again is as it was',
    async () => {
      await verify();
      const found = news(healthy, await judgedLab('health'));
      const wrong = found.filter((one) =>
        Object.values(faults)
          .flat()
          .some((expected) => matches(one, expected)),
      );
      expect(wrong).toEqual([]);
    },
    UP_LIMIT_MS,
  );

  test('shows the guests that run, on KVM', async () => {
    const { stdout } = await on(1, ['gnt-instance', 'list', '--no-headers', '-o', 'name,pnode']);
    expect(stdout).toContain('vm1.example.org');
    expect(healthy.some(({ check, node }) => check.startsWith('guests.') && node === first)).toBe(
      true,
    );
  });
});

/** Ganeti's own look, which it leaves in its job log; its exit is not ours to judge. */
async function verify(): Promise<void> {
  await on(1, ['gnt-cluster', 'verify', '--error-codes']);
}

/** The nodes that may not go down, each with the check that says so first. */
function closings(reports: readonly Report[]): Record<number, string> {
  const answers = [1, 2, 3].flatMap((number) => {
    const { state, deciding, plan } = maintainedLab(reports, number);
    if (state === 'open') return plan === undefined ? [[number, 'open without a plan']] : [];
    return [[number, deciding[0]?.check ?? state]];
  });
  return Object.fromEntries(answers);
}

function news(before: readonly Finding[], after: readonly Finding[]): Finding[] {
  const known = new Set(before.filter(isTrouble).map(key));
  return after.filter((finding) => isTrouble(finding) && !known.has(key(finding)));
}

function isTrouble({ verdict }: Finding): boolean {
  return verdict === 'fail' || verdict === 'warn';
}

function key({ check, node, subject, verdict, message }: Finding): string {
  return JSON.stringify([check, node, subject, verdict, message]);
}

function matches(finding: Finding, [check, node, says, fix]: Expected): boolean {
  return (
    finding.check === check &&
    finding.node === (node ?? null) &&
    finding.message.includes(says) &&
    (finding.remedy ?? '').includes(fix)
  );
}

function told([check, node]: Expected, found: readonly Finding[]): string {
  const lines = found.map((one) => `${one.check} ${one.node}: ${one.message} | ${one.remedy}`);
  return `${check} of ${node ?? 'the cluster'} among the news:\n${lines.join('\n')}`;
}
