import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { mkdir, open, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Io } from '../../shared/io.ts';
import { deliver, type OutputChoice, planOutputs } from '../../shared/outputs.ts';
import { renderers } from '../../shared/render/formats.ts';
import { captureIo } from '../capture-io.ts';
import { closedGate, options } from './render/answers.ts';

const choice: OutputChoice = { failOn: 'fail', color: 'auto', verbose: false };

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-outputs-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function write(output: string[], io: Io = captureIo()): Promise<void> {
  const outputs = planOutputs({ ...choice, output });
  await deliver(closedGate, { outputs, whyOf: options.why ?? (() => undefined) }, io);
}

describe('what goes where', () => {
  test.each([
    [{}, 'text', []],
    [{ format: 'tap' }, 'tap', []],
    [{ output: ['junit:a.xml', 'sarif:b:c'] }, 'text', ['junit a.xml', 'sarif b:c']],
    [{ output: ['json:-'] }, 'json', []],
    [{ format: 'nagios', output: ['html:a'] }, 'nagios', ['html a']],
  ] as const)('%j prints %s and writes %j', (given, printed, written) => {
    const outputs = planOutputs({ ...choice, ...given });

    expect(outputs.printed).toBe(printed);
    expect(outputs.written.map(({ format, file }) => `${format} ${file}`)).toEqual(written);
  });

  test.each([
    [{ output: ['junit'] }, 'expected FORMAT:FILE such as junit:muster.xml, found "junit"'],
    [{ output: ['junit:'] }, 'expected FORMAT:FILE such as junit:muster.xml, found "junit:"'],
    [{ output: ['junt:a'] }, 'no format "junt"; did you mean "junit"?'],
    [{ output: ['receipt:a'] }, 'no format "receipt"; known: text, json,'],
    [{ output: ['x:a'] }, 'no format "x"; known: text, json, junit, tap, nagios, prometheus,'],
    [{ output: ['tap:a', 'json:a'] }, 'a is named twice'],
    [{ output: ['tap:-', 'json:-'] }, 'stdout takes one format, not tap and json'],
    [{ format: 'text', output: ['json:-'] }, 'stdout takes one format, not text and json'],
  ] as const)('%j is a mistake of usage', (given, message) => {
    expect(() => planOutputs({ ...choice, ...given })).toThrow(
      expect.objectContaining({ exit: 'usage', message: expect.stringContaining(message) }),
    );
  });
});

describe('files', () => {
  test('are written beside what is printed, each in its format', async () => {
    const folder = temporaryFolder();
    const io = captureIo();
    await write([`junit:${join(folder, 'a.xml')}`, `prometheus:${join(folder, 'b.prom')}`], io);

    expect(io.stdout()).toBe(renderers.text(closedGate, options));
    expect(readFileSync(join(folder, 'a.xml'), 'utf8')).toBe(renderers.junit(closedGate, options));
    expect(readFileSync(join(folder, 'b.prom'), 'utf8')).toBe(
      renderers.prometheus(closedGate, options),
    );
    expect(readdirSync(folder).sort()).toEqual(['a.xml', 'b.prom']);
  });

  test('have no colour, whatever the terminal has', async () => {
    const file = join(temporaryFolder(), 'a.txt');
    const io = captureIo();
    const outputs = planOutputs({ ...choice, color: 'always', output: [`text:${file}`] });
    await deliver(closedGate, { outputs, whyOf: () => undefined }, io);

    expect(io.stdout()).toContain('\u001b[');
    expect(readFileSync(file, 'utf8')).not.toContain('\u001b');
  });

  test('take the place of an old one at once: a reader of it keeps the old text', async () => {
    const file = join(temporaryFolder(), 'muster.prom');
    await writeFile(file, 'old\n');
    const before = statSync(file).ino;
    await write([`prometheus:${file}`]);

    expect(statSync(file).ino).not.toBe(before);
    expect(readFileSync(file, 'utf8')).toMatch(/^# HELP muster_gate /);
  });

  test('are never seen half by what reads *.prom, not even before the rename', async () => {
    const folder = temporaryFolder();
    const io = captureIo();
    const seen: string[][] = [];
    const files = {
      ...io.files,
      rename: async (from: string, to: string) => {
        seen.push(readdirSync(folder));
        await io.files.rename(from, to);
      },
    };
    await write([`prometheus:${join(folder, 'muster.prom')}`], { ...io, files });

    expect(seen).toEqual([['muster.prom.test-1.partial']]);
  });

  test('leave a device what it is', async () => {
    const io = captureIo();
    const refuse = () => Promise.reject(new Error('it must not be replaced'));
    const files = { ...io.files, writeFile: refuse, rename: refuse };
    await write(['text:/dev/null', 'json:/dev/../dev/null'], { ...io, files });

    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('that are open already are written to, not replaced', async () => {
    const file = join(temporaryFolder(), 'stdout.txt');
    const handle = await open(file, 'w');
    onTestFinished(() => handle.close());
    const before = statSync(file).ino;
    // what /dev/stdout is when stdout goes to a file
    await write([`github:/proc/self/fd/${handle.fd}`]);

    expect(statSync(file).ino).toBe(before);
    expect(readFileSync(file, 'utf8')).toBe(renderers.github(closedGate, options));
  });

  test('that are links stay links: what they lead to is replaced', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'real.md'), 'old');
    await symlink('real.md', join(folder, 'latest.md'));
    await write([`markdown:${join(folder, 'latest.md')}`]);

    expect(lstatSync(join(folder, 'latest.md')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, 'real.md'), 'utf8')).toMatch(/^## CLOSED/);
    expect(readdirSync(folder).sort()).toEqual(['latest.md', 'real.md']);
  });

  test('that cannot be written end the run with code and reason, and leave nothing', async () => {
    const folder = temporaryFolder();
    await mkdir(join(folder, 'taken'));
    const missing = join(folder, 'missing', 'a.xml');

    await expect(write([`junit:${missing}`])).rejects.toMatchObject({
      exit: 'usage',
      message: expect.stringContaining(`writing ${missing}: ENOENT`),
    });
    await expect(write([`junit:${join(folder, 'taken')}`])).rejects.toMatchObject({
      exit: 'usage',
    });
    const full = { ...captureIo() };
    const refuse = () => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }));
    const io = { ...full, files: { ...full.files, rename: refuse } };
    await expect(write([`junit:${join(folder, 'a.xml')}`], io)).rejects.toMatchObject({
      exit: 'tryAgain',
    });
    expect(readdirSync(folder)).toEqual(['taken']);
  });

  test('are not written through a link laid where the partial file goes', async () => {
    const folder = temporaryFolder();
    await writeFile(join(folder, 'precious'), 'mine');
    await symlink(join(folder, 'precious'), join(folder, 'a.xml.test-1.partial'));

    await expect(write([`junit:${join(folder, 'a.xml')}`])).rejects.toMatchObject({
      exit: 'tryAgain',
    });
    expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('mine');
    expect(readdirSync(folder).sort()).toEqual(['a.xml.test-1.partial', 'precious']);
  });
});

describe('on GitHub', () => {
  test.each([
    ['github:-', true],
    ['tap:-', false],
  ])('%s adds to the summary of the step: %s', async (output, adds) => {
    const summary = join(temporaryFolder(), 'summary');
    await writeFile(summary, 'before\n');
    await write([output], captureIo({ env: { GITHUB_STEP_SUMMARY: summary } }));

    const markdown = renderers.markdown(closedGate, options);
    expect(readFileSync(summary, 'utf8')).toBe(adds ? `before\n${markdown}\n` : 'before\n');
  });
});
