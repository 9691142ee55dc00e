import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { gateCommand, quoted } from '../../collector/gate-command.ts';

const at = { origin: 'https://muster.example.org:8470', cluster: 'c1.example.org' };

test('the command asks the same question', () => {
  expect(gateCommand({ ...at, gate: 'health', join: [], drain: [] })).toBe(
    'muster verify --gate health --collector https://muster.example.org:8470 ' +
      '--token-file reader.token --cluster c1.example.org',
  );
  const drain = ['n1', 'n2'];
  expect(gateCommand({ ...at, gate: 'maintenance', join: [], drain })).toContain(
    '--gate maintenance --drain n1 --drain n2 --collector',
  );
});

test('for a joining node the report is fetched first', () => {
  const join = [{ cluster: 'spare', node: 'n9' }];
  expect(gateCommand({ ...at, gate: 'join', join, drain: [] }).split('\n')).toEqual([
    'curl -fsS -H "Authorization: Bearer $(cat reader.token)" ' +
      'https://muster.example.org:8470/api/v1/clusters/spare/nodes/n9 ' +
      '| jq .report > joining-1.json',
    'muster verify --gate join --join joining-1.json --collector ' +
      'https://muster.example.org:8470 --token-file reader.token --cluster c1.example.org',
  ]);
});

test.each(["it's; rm -rf /", '$(id)', '`id`', 'a b', '', '--drain', 'a"b\\c', '*', '~', '#'])(
  'a shell reads %j as the one word it is',
  (word) => {
    const out = execFileSync('sh', ['-c', `printf %s ${quoted(word)}`], { encoding: 'utf8' });
    expect(out).toBe(word);
  },
);

test('what a terminal would act on is taken out', () => {
  expect(quoted('a\r\u001b[2Jb')).toBe("'a\ufffd\ufffd[2Jb'");
});
