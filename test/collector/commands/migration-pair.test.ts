import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { provenNode } from '../cluster/cpu-nodes.ts';
import { nodeNames, seedReports } from '../seed-cluster.ts';
import { temporaryFolder } from '../test-app.ts';
import { muster } from './muster.ts';

const [newer = '', older = '', silent = ''] = nodeNames;

/** The first node is a Skylake, the second a Haswell; of the third nothing is known. */
function files(): string {
  const models = ['Skylake-Server-v1', 'Haswell-v1'];
  const reports = seedReports()
    .slice(0, 2)
    .map((report, index) => {
      const { cpu, qemu } = provenNode(report.node, { like: models[index] ?? '' }).host;
      const sections = {
        ...report.sections,
        cpu: { status: 'ok', facts: cpu },
        qemu: { status: 'ok', facts: qemu },
      };
      return { ...report, sections };
    });
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'reports.json'), JSON.stringify(reports));
  const nodes = nodeNames.map((name) => `  - name: ${name}\n`).join('');
  writeFileSync(join(folder, 'policy.yaml'), `nodes:\n${nodes}`);
  return folder;
}

const ask = (folder: string, ...words: string[]) => {
  const given = ['--policy', join(folder, 'policy.yaml'), '--max-age', '30d'];
  return muster('migration', join(folder, 'reports.json'), ...given, ...words);
};

test.each([
  ['a type that both run', newer, older, ['--cpu-type', 'Haswell'], 0, 'ok'],
  ['a type that the target lacks', newer, older, ['--cpu-type', 'Skylake-Server'], 2, 'not'],
  ['a target that is silent', newer, silent, ['--cpu-type', 'Haswell'], 3, 'unknown'],
  ['no type that anybody configured', newer, older, [], 3, 'unknown'],
] as const)('%s', async (...[, from, to, words, code, verdict]) => {
  const ended = await ask(files(), '--from', from, '--to', to, ...words);
  expect(ended.code).toBe(code);
  const cpuType = words[1] ?? null;
  const withType = cpuType === null ? '' : `, with cpu_type ${cpuType}`;
  expect(ended.stdout.split('\n')[0]).toBe(`${from} to ${to}: ${verdict}${withType}`);
  const asJson = await ask(files(), '--from', from, '--to', to, ...words, '-f', 'json');
  expect(JSON.parse(asJson.stdout)).toMatchObject({ schema: 1, from, to, cpuType, verdict });
  expect(asJson.code).toBe(code);
});

test('an unknown node, and one end without the other, are mistakes', async () => {
  const [folder, cpu] = [files(), ['--cpu-type', 'Haswell']];
  expect(await ask(folder, '--from', newer, ...cpu)).toMatchObject({ code: 64 });
  const near = await ask(folder, '--from', newer.replace('01', '0x'), '--to', older, ...cpu);
  expect(near).toMatchObject({ code: 64, stderr: expect.stringContaining(`"${newer}"`) });
});
