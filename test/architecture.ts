import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';

/** One source file: its path from the root of the repository, and its text. */
export interface SourceFile {
  path: string;
  text: string;
}

/** Budgets of form; a file or function over them is two. */
export const MAX_FILE_LINES = 250;
export const MAX_FUNCTION_LINES = 70;
export const MAX_LINE_COLUMNS = 100;
export const MAX_PARAMETERS = 3;

const BUILTIN = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
/** What reads or changes a machine; in the agent only these files may. */
const MACHINE = new Set(
  [
    'fs',
    'fs/promises',
    'child_process',
    'os',
    'dns',
    'dns/promises',
    'net',
    'http',
    'https',
  ].flatMap((name) => [name, `node:${name}`]),
);
const MACHINE_DOORS: Record<string, string> = {
  'agent/main.ts': 'hands the file calls to what writes the outputs named on the command line',
  'agent/delivery/connection.ts': 'talks to the collector',
  'agent/source.ts': 'reads the policy file named on the command line',
  'agent/snapshot.ts': 'writes the recording into the folder named on the command line',
};
/** The libraries of pure functions that shared uses besides zod, and where. */
const SHARED_LIBRARIES: Record<string, string[]> = {
  'shared/yaml-file.ts': ['yaml'],
  'shared/rules/expression.ts': ['@marcbachmann/cel-js'],
  // these only name the library's types
  'shared/rules/closed.ts': ['@marcbachmann/cel-js'],
  'shared/rules/typed.ts': ['@marcbachmann/cel-js'],
  'shared/rules/weight.ts': ['@marcbachmann/cel-js'],
};
const PURE = /^(shared\/|collector\/cluster\/|collector\/fleet\.ts|collector\/web\/)/;
const CLOCK = /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|\bMath\.random\(/;

/** The modules a file imports, statically or lazily, types left out of no account. */
export function importsOf(file: SourceFile): string[] {
  const parsed = ts.preProcessFile(file.text, true, true);
  return parsed.importedFiles.map((entry) => entry.fileName);
}

/** A relative import as a path from the root; null for a package or a builtin. */
export function resolved(file: SourceFile, specifier: string): string | null {
  if (!specifier.startsWith('.')) return null;
  return normalize(join(dirname(file.path), specifier));
}

/** Every way in which a file breaks the directions of import, as sentences. */
export function importViolations(file: SourceFile): string[] {
  const [room] = file.path.split('/');
  return importsOf(file).flatMap((specifier) => {
    const target = resolved(file, specifier);
    const forbidden = target === null ? packageRule(file, specifier) : roomRule(room, target);
    return forbidden === null ? [] : [`${file.path} imports ${specifier}: ${forbidden}`];
  });
}

function roomRule(room: string | undefined, target: string): string | null {
  const [targetRoom] = target.split('/');
  if (room === 'shared' && targetRoom !== 'shared') return 'shared imports only itself';
  if (room === 'agent' && targetRoom === 'collector')
    return 'the agent never imports the collector';
  if (room === 'collector' && targetRoom === 'agent')
    return 'the collector never imports the agent';
  if (targetRoom === 'test') return 'shipped code never imports tests';
  return null;
}

function packageRule(file: SourceFile, specifier: string): string | null {
  if (file.path.startsWith('shared/')) {
    const allowed = ['zod', ...(SHARED_LIBRARIES[file.path] ?? [])];
    return allowed.includes(specifier) ? null : 'shared imports only zod and itself';
  }
  if (PURE.test(file.path) && BUILTIN.has(specifier)) return 'a pure room imports no Node module';
  if (PURE.test(file.path) && /^(fastify|better-sqlite3|@fastify\/)/.test(specifier)) {
    return 'a pure room imports no server and no database';
  }
  if (specifier === 'better-sqlite3' && !file.path.startsWith('collector/store/')) {
    return 'only collector/store knows SQL';
  }
  const door = file.path.startsWith('agent/host/') || file.path in MACHINE_DOORS;
  if (file.path.startsWith('agent/') && !door && MACHINE.has(specifier)) {
    return 'only agent/host touches the machine';
  }
  return null;
}

/** Every place in which a pure room reads a clock or chance. */
export function clockViolations(file: SourceFile): string[] {
  if (!PURE.test(file.path)) return [];
  return file.text
    .split('\n')
    .flatMap((line, index) =>
      CLOCK.test(line) ? [`${file.path}:${index + 1} reads a clock or chance in a pure room`] : [],
    );
}

/** Every budget of form a file breaks. */
export function formViolations(file: SourceFile): string[] {
  const lines = file.text.replace(/\n$/, '').split('\n');
  const long = lines.flatMap((line, index) =>
    line.length > MAX_LINE_COLUMNS
      ? [`${file.path}:${index + 1} has ${line.length} columns, at most ${MAX_LINE_COLUMNS}`]
      : [],
  );
  const tall =
    lines.length > MAX_FILE_LINES
      ? [`${file.path} has ${lines.length} lines, at most ${MAX_FILE_LINES}`]
      : [];
  return [...tall, ...long, ...functionViolations(file)];
}

function functionViolations(file: SourceFile): string[] {
  const source = ts.createSourceFile(file.path, file.text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body && !isSuite(node)) {
      const first = source.getLineAndCharacterOfPosition(node.getStart()).line;
      const last = source.getLineAndCharacterOfPosition(node.getEnd()).line;
      const place = `${file.path}:${first + 1}`;
      const length = last - first + 1;
      if (length > MAX_FUNCTION_LINES) found.push(`${place} is a function of ${length} lines`);
      if (node.parameters.length > MAX_PARAMETERS) {
        found.push(
          `${place} takes ${node.parameters.length} parameters, at most ${MAX_PARAMETERS}`,
        );
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The body of a `describe` is a list of tests, not a function that anyone calls. */
function isSuite(node: ts.Node): boolean {
  const { parent } = node;
  return ts.isCallExpression(parent) && /^describe/.test(parent.expression.getText());
}

/** The files that no other file imports and that are not an entry: dead code. */
export function deadFiles(files: readonly SourceFile[], entries: readonly string[]): string[] {
  const used = new Set<string>(entries);
  for (const file of files) {
    for (const specifier of importsOf(file)) {
      const target = resolved(file, specifier);
      if (target !== null && target !== file.path) used.add(target);
    }
  }
  return files.map((file) => file.path).filter((path) => !used.has(path));
}
