import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { nodeNames, seedReport, seedReports } from '../seed-cluster.ts';
import { temporaryFolder } from '../test-app.ts';
import { muster } from './muster.ts';

const now = '2026-03-01T03:00:00.000Z';
const [first = ''] = nodeNames;
const words = ['--reason', 'two boxes for three', '--owner', 'anna'];
const ending = ['--expires', '2026-04-01T00:00:00Z'];
const comment = '# what we live with\n\n';

let folder = '';
let file = '';
beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder, 'waivers.yaml');
});

/** Three nodes of which the second has one more kernel parameter: a fleet with a warning. */
function reportFile(reports = seedReports()): string {
  const path = join(folder, 'reports.json');
  writeFileSync(path, JSON.stringify(reports));
  return path;
}

function otherKernel() {
  return [1, 2, 3].map((number) =>
    seedReport(number, ({ os }) => {
      if (number === 2) os.kernelRelease = '6.1.0-20-amd64';
    }),
  );
}

async function status(reports: string, ...argv: string[]) {
  const { stdout } = await muster('status', reports, '-f', 'json', ...argv);
  return JSON.parse(stdout);
}

describe('muster waive add', () => {
  test('makes the file, and warns that nothing binds the waiver', async () => {
    const add = ['waive', 'add', file, '--check', 'storage.*', '--node', first];
    expect(await muster(...add, ...words, ...ending)).toEqual({
      code: 0,
      stdout: `${file}: waived storage.* on ${first} until 2026-04-01T00:00:00Z\n`,
      stderr: 'not bound to evidence: it covers whatever is found; give the reports to bind it\n',
    });
    expect(readFileSync(file, 'utf8')).toBe(
      `- check: storage.*\n  node: ${first}\n  reason: two boxes for three\n  owner: anna\n` +
        '  expires: 2026-04-01T00:00:00Z\n',
    );
  });

  test('leaves what is in the file as it is', async () => {
    writeFileSync(file, comment);
    await muster('waive', 'add', file, '--check', 'os.kernel-equal', ...words, ...ending);
    expect(readFileSync(file, 'utf8')).toBe(
      `${comment}- check: os.kernel-equal\n  reason: two boxes for three\n  owner: anna\n` +
        '  expires: 2026-04-01T00:00:00Z\n',
    );
  });

  test('with reports binds to what is found, until that changes', async () => {
    const reports = reportFile(otherKernel());
    const add = ['waive', 'add', file, reports, '--check', 'os.kernel-equal'];
    expect((await muster(...add, ...words, ...ending)).code).toBe(0);

    const waived = await status(reports, '--waivers', file);
    const kernel = kernelOf(waived);
    expect(kernel).toMatchObject({
      verdict: 'warn',
      waived: { reason: 'two boxes for three', owner: 'anna', expires: '2026-04-01T00:00:00Z' },
    });
    expect(aboutWaivers(waived)).toEqual([]);

    const changed = otherKernel();
    changed[2] = seedReport(3, ({ os }) => {
      os.kernelRelease = '6.1.0-21-amd64';
    });
    const lapsed = await status(reportFile(changed), '--waivers', file);
    expect(kernelOf(lapsed)).toMatchObject({ verdict: 'warn', waived: null });
    expect(aboutWaivers(lapsed)).toEqual(['waivers.lapsed']);
  });

  test.each<[string, string[], string]>([
    [
      'of no such finding',
      ['--check', 'os.kernel-equal', '--node', 'n9'],
      'nothing to waive: os.kernel-equal on n9: no such finding',
    ],
    [
      'of a misspelt check',
      ['--check', 'os.kernel-equl'],
      'nothing to waive: os.kernel-equl on the cluster: no such check ' +
        '(did you mean "os.kernel-equal"?)',
    ],
    [
      'of what passes',
      ['--check', 'os.kernel-equal'],
      'nothing to waive: os.kernel-equal on the cluster: pass',
    ],
    [
      'of what is unknown',
      ['--check', 'qemu.present', '--node', '*'],
      'qemu.present on * is unknown, and that cannot be waived: the report has no section "qemu"',
    ],
  ])('with reports is refused %s, and writes nothing', async (_, argv, stderr) => {
    const add = ['waive', 'add', file, reportFile(), ...argv];
    expect(await muster(...add, ...words, ...ending)).toEqual({ code: 65, stdout: '', stderr });
    expect(existsSync(file)).toBe(false);
  });

  test.each<[string, string[], string]>([
    [
      'a check that does not exist',
      ['--check', 'storage.sise', ...words, ...ending],
      '--check: storage.sise: no such check (did you mean "storage.size"?)',
    ],
    [
      'a glob no check answers to',
      ['--check', 'bogus.*', ...words, ...ending],
      '--check: bogus.*: expected a glob that some check answers to',
    ],
    [
      'a plain date',
      ['--check', 'storage.size', ...words, '--expires', '2027-01-31'],
      '--expires: expected a UTC instant such as 2027-01-31T00:00:00Z; ' +
        'a date alone leaves open when it ends',
    ],
    [
      'an end that is now',
      ['--check', 'storage.size', ...words, '--expires', now],
      `--expires: ${now} is over already`,
    ],
    [
      'a blank reason',
      ['--check', 'storage.size', '--reason', ' ', '--owner', 'anna', ...ending],
      '--reason: expected the reason, in words',
    ],
    [
      'no owner',
      ['--check', 'storage.size', '--reason', 'r', ...ending],
      "error: required option '--owner <name>' not specified\n(add --help for the options)\n",
    ],
  ])('refuses %s, and writes nothing', async (_, argv, stderr) => {
    const ended = await muster('waive', 'add', file, ...argv);
    expect(ended).toEqual({ code: 64, stdout: '', stderr });
    expect(existsSync(file)).toBe(false);
  });

  test('refuses a file with a mistake in it, and leaves it as it is', async () => {
    writeFileSync(file, '- check: a.b\n');
    const add = ['waive', 'add', file, '--check', 'storage.size'];
    const result = await muster(...add, ...words, ...ending);
    expect(result.code).toBe(78);
    expect(result.stderr).toMatch(/waivers\.yaml:1:3: \[0\]\.reason: /);
    expect(readFileSync(file, 'utf8')).toBe('- check: a.b\n');
  });

  test('says why it could not write', async () => {
    const add = ['waive', 'add', join(folder, 'none', 'w.yaml'), '--check', 'storage.size'];
    expect(await muster(...add, ...words, ...ending)).toMatchObject({
      code: 77,
      stderr: expect.stringMatching(/^writing the waiver: ENOENT/),
    });
  });
});

interface FindingJson {
  check: string;
}

function kernelOf(fleet: { clusterFindings: FindingJson[] }): FindingJson | undefined {
  return fleet.clusterFindings.find(({ check }) => check === 'os.kernel-equal');
}

function aboutWaivers(fleet: { clusterFindings: FindingJson[] }): string[] {
  return fleet.clusterFindings
    .map(({ check }) => check)
    .filter((check) => check.startsWith('waivers.'));
}
