import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../requirements.ts';
import { targets } from './targets.ts';

/** What has the look of a parser and is none, and parsers that others of the list run whole. */
const notOnTheirOwn: Readonly<Record<string, string>> = {
  'agent/network/ini-file.ts isAskedFor': 'looks a key up',
  'agent/network/interfaces-file.ts optionName': 'exchanges a character',
  'agent/spool/entry.ts digestOf': 'a digest',
  'agent/guests/options.ts optionsOf': 'run by parseArguments',
  'agent/identity/key.ts makeKey': 'makes a key',
  'shared/policy-file.ts readPolicyText': 'parsePolicy and compileRules together',
  'shared/cpu/cpu-type.ts shellWord': 'writes and does not read',
  'shared/render/safe.ts visible': 'writes: test/shared/render/safe.test.ts',
  'agent/host/excerpt.ts excerptOf': 'passes a text on to a parser of the list',
  'agent/host/excerpt.ts excerptKey': 'writes a name',
  'collector/commands/serve-options.ts parseRetention': 'words of a command line, by parseDuration',
  'collector/commands/serve-options.ts parseRates': 'words of a command line',
  'collector/commands/serve-options.ts parseDamping': 'words of a command line',
  'collector/commands/serve-options.ts parseProxies': 'words of a command line',
  'collector/ganeti/htools.ts askHtools': 'runs programs',
  'collector/routes/body.ts parseJson': 'run by test/fuzz/http.test.ts',
  'collector/cluster/setup/qemu.ts isFrom': 'compares a word',
  'shared/ganeti-verify.ts parseVerifyMessages': 'run by parseVerifyOutput',
  'collector/store/postgres-address.ts parseAddress': 'words of a command line',
  'collector/webhook/secret.ts parseSecrets': 'a line of a file of the operator',
  'collector/webhook/target.ts parseTarget': 'words of a command line',
  'collector/store/json-bytes.ts pastSpace': 'run by endOfValue and splitReport',
  'collector/store/report-parts.ts partsOf': 'run by splitReport',
  'collector/store/report-text.ts sectionText': 'cuts where splitReport found a section',
  'collector/store/report-parts.ts digestOf': 'a digest',
  'collector/store/report-parts.ts packed': 'run by splitReport',
  'collector/cluster/cpu/runs-type.ts isHostType': 'compares a word',
  'shared/render/install-plan.ts commented': 'writes',
  'shared/render/markdown.ts escaped': 'writes',
};

/** An exported function that takes a text first, whatever it is named. */
const TEXT = /(?:text|json|stdout|pem|line)\??: (?:string|Buffer|Uint8Array)\b/;
const PARSER = new RegExp(
  `^export (?:async )?function (\\w+)(?:<[^>]*>)?\\(\\s*${TEXT.source}`,
  'gm',
);
const NAMED = /^export (?:async )?function ((?:parse|excerpt)[A-Z]\w*)(?:<[^>]*>)?\(/gm;

test('every parser is among the targets, or why not is said', () => {
  const known = new Set([...targets.map(({ name }) => name), ...Object.keys(notOnTheirOwn)]);
  const found = ['agent', 'collector', 'shared'].flatMap(parsersBelow);
  expect(found.length).toBeGreaterThan(90);
  expect(found.filter((name) => !known.has(name))).toEqual([]);
});

test('every target is a parser that there is, with seeds that it takes', () => {
  const names = targets.map(({ name }) => name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  for (const { name } of targets) {
    const [file = '', thing = ''] = name.split(' ');
    expect([name, readFileSync(join(root, file), 'utf8').includes(` ${thing}`)]).toEqual([
      name,
      true,
    ]);
  }
});

function parsersBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => {
      const path = join(folder, name);
      const text = readFileSync(join(root, path), 'utf8');
      const found = [PARSER, NAMED].flatMap((pattern) => [...text.matchAll(pattern)]);
      return [...new Set(found.map(([, thing]) => `${path} ${thing}`))];
    });
}
