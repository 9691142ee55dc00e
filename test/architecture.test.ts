import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  clockViolations,
  deadFiles,
  formViolations,
  importViolations,
  type SourceFile,
} from './architecture.ts';
import { root } from './requirements.ts';

const rooms = ['agent', 'collector', 'shared'];
const shipped = rooms.flatMap(sourcesBelow);
const all = [...shipped, ...sourcesBelow('test')];
const entries = ['agent/main.ts', 'collector/main.ts'];

describe('the house stands as drawn', () => {
  test('imports go one way and only agent/host touches the machine', () => {
    expect(shipped.flatMap(importViolations)).toEqual([]);
  });

  test('the pure rooms read no clock and no chance', () => {
    expect(shipped.flatMap(clockViolations)).toEqual([]);
  });

  test('files, functions, lines and parameter lists keep their budgets', () => {
    expect(all.flatMap(formViolations)).toEqual([]);
  });

  test('every file is used by the programs', () => {
    expect(deadFiles(shipped, entries)).toEqual([]);
  });
});

describe('each rule refuses what breaks it', () => {
  const imports: [string, string, string][] = [
    ['shared/check.ts', 'node:fs', 'shared imports only zod and itself'],
    ['shared/check.ts', '../agent/probe.ts', 'shared imports only itself'],
    ['shared/check.ts', 'yaml', 'shared imports only zod and itself'],
    ['agent/collect.ts', '../collector/fleet.ts', 'the agent never imports the collector'],
    ['collector/app.ts', '../agent/probe.ts', 'the collector never imports the agent'],
    ['agent/probes/cpu.ts', 'node:fs/promises', 'only agent/host touches the machine'],
    ['agent/probes/cpu.ts', 'node:child_process', 'only agent/host touches the machine'],
    ['collector/cluster/names.ts', 'fastify', 'a pure room imports no server and no database'],
    ['collector/web/page.ts', 'node:fs', 'a pure room imports no Node module'],
    ['collector/app.ts', 'better-sqlite3', 'only collector/store knows SQL'],
    ['collector/app.ts', '../test/requirements.ts', 'shipped code never imports tests'],
  ];
  test.each(imports)('%s may not import %s', (path, specifier, reason) => {
    const file = { path, text: `import { a } from '${specifier}';\n` };
    expect(importViolations(file)).toEqual([`${path} imports ${specifier}: ${reason}`]);
    const lazy = { path, text: `const a = await import('${specifier}');\n` };
    expect(importViolations(lazy)).toEqual([`${path} imports ${specifier}: ${reason}`]);
  });

  test('what is allowed is let through', () => {
    const text = "import { readFile } from 'node:fs/promises';\nimport { z } from 'zod';\n";
    expect(importViolations({ path: 'agent/host/live.ts', text })).toEqual([]);
    expect(clockViolations({ path: 'agent/main.ts', text: 'new Date()' })).toEqual([]);
  });

  test('a clock in a pure room is named with its line', () => {
    const file = { path: 'collector/fleet.ts', text: 'const a = 1;\nconst b = Date.now();\n' };
    expect(clockViolations(file)).toEqual([
      'collector/fleet.ts:2 reads a clock or chance in a pure room',
    ]);
  });

  test('a file, a line, a function and a parameter list that are too long are named', () => {
    const body = 'x();\n'.repeat(70);
    const long = `// ${'y'.repeat(100)}\n`;
    const text = `function f(a, b, c, d) {\n${body}}\n${long}${'z();\n'.repeat(200)}`;
    expect(formViolations({ path: 'shared/a.ts', text })).toEqual([
      'shared/a.ts has 273 lines, at most 250',
      'shared/a.ts:73 has 103 columns, at most 100',
      'shared/a.ts:1 is a function of 72 lines',
      'shared/a.ts:1 takes 4 parameters, at most 3',
    ]);
  });

  test('a file that nothing imports is dead', () => {
    const files = [
      { path: 'agent/main.ts', text: "import { a } from './a.ts';\n" },
      { path: 'agent/a.ts', text: '' },
      { path: 'agent/b.ts', text: "import { a } from './a.ts';\n" },
    ];
    expect(deadFiles(files, entries)).toEqual(['agent/b.ts']);
  });
});

function sourcesBelow(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}
