import ts from 'typescript';
import { expect, test } from 'vitest';
import { script } from '../../../collector/browser/script.ts';

const FILE = '/muster.js';
const options: ts.CompilerOptions = {
  ...{
    allowJs: true,
    checkJs: true,
    noEmit: true,
    strict: true,
    skipLibCheck: true,
    noUncheckedIndexedAccess: true,
  },
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
  types: [],
};

/** What the compiler says of the module as a browser gets it. */
function faultsOf(text: string): string[] {
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (name) => name === FILE || fileExists(name);
  host.readFile = (name) => (name === FILE ? text : readFile(name));
  host.getSourceFile = (name, target) =>
    name === FILE ? ts.createSourceFile(name, text, target, true) : getSourceFile(name, target);
  const found = ts.getPreEmitDiagnostics(ts.createProgram([FILE], options, host));
  return found.map(({ messageText, file, start = 0 }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line + 1;
    return `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

/** The types of a browser are 30,000 lines. */
const LIMIT_MS = 120_000;

test('the module of the pages keeps its types, and a mistake would be found', {
  timeout: LIMIT_MS,
}, () => {
  expect(faultsOf(script)).toEqual([]);
  expect(faultsOf(`${script}\nmend(1, 2);\n`)).not.toEqual([]);
});
