import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allCards } from '../collector/commands/cards.ts';
import { completionFiles } from '../packaging/manual/completions.ts';
import { manualPages } from '../packaging/manual/pages.ts';
import { agent, commandsBelow, muster } from '../packaging/manual/programs.ts';
import { escaped, line, roffOf } from '../packaging/manual/roff.ts';
import { pathOf } from '../shared/command-line.ts';
import { describeWith, program, root } from './requirements.ts';

const pages = manualPages();
const completions = completionFiles();
const names = Object.keys(pages);
const fileOf = (name: string) => join(root, 'packaging', 'man', name);
const completionOf = (name: string) => join(root, 'packaging', 'completions', name);

describe('the manual and the completions', () => {
  test('are those of the code (npm run man)', () => {
    const written = readdirSync(join(root, 'packaging', 'man')).sort();
    expect(written).toEqual([...names].sort());
    for (const name of names) expect(readFileSync(fileOf(name), 'utf8')).toBe(pages[name]);
    for (const [name, text] of Object.entries(completions)) {
      expect(readFileSync(completionOf(name), 'utf8')).toBe(text);
    }
  });

  test.each([
    ['muster-agent', agent],
    ['muster', muster],
  ] as const)('have every command and option of %s', (name, { command }) => {
    const page = pages[`${name}.1`] ?? '';
    const [bash = '', zsh = '', fish = ''] = [
      `bash/${name}`,
      `zsh/_${name}`,
      `fish/${name}.fish`,
    ].map((file) => completions[file] ?? '');
    for (const one of commandsBelow(command)) {
      const words = `/${pathOf(one).replaceAll(' ', '/')}`;
      const options = one.options.map(({ long }) => long ?? '');
      if (one.commands.length === 0)
        expect(page).toContain(`.SS "${escaped(`${name} ${pathOf(one)}`)}"`);
      for (const script of [bash, zsh]) {
        const offered = script.split('\n').find((text) => text.includes(`'${words}')`)) ?? '';
        for (const option of options) expect(offered.split(/[ ']/)).toContain(option);
      }
      expect(fish).toContain(` -a ${one.name()} `);
      for (const option of options) {
        expect(page).toContain(escaped(option));
        expect(fish).toContain(` -l ${option.slice(2)} `);
      }
    }
  });

  test('have every check', () => {
    for (const { id } of allCards)
      expect(pages['muster-checks.7']).toContain(`\\fB${escaped(id)}\\fR`);
  });

  test('have every key of a policy, and of the settings', () => {
    expect(pages['muster-policy.5']).toContain('\\fBstorage.minimumSize\\fR');
    expect(pages['muster-policy.5']).toContain('\\fBnodes[].secondaryAddress\\fR');
    for (const { configurable } of [agent, muster]) {
      for (const key of Object.keys(configurable.commands)) {
        expect(pages['muster.yaml.5']).toContain(`\\fB${escaped(key)}\\fR: `);
      }
    }
  });
});

describe('the writer of pages', () => {
  test.each([
    ['.TH no command', '\\&.TH no command'],
    ["'so no command", '\\&\\(aqso no command'],
    ['a-b \\n ~/x `y` ^z', 'a\\-b \\en \\(ti/x \\(gay\\(ga \\(haz'],
    ['first\n.second', 'first\n\\&.second'],
  ])('writes %j as text', (text, roff) => expect(line(text)).toBe(roff));

  test('keeps quotes in a heading together', () => {
    const page = {
      name: 'p',
      section: 1 as const,
      summary: 's',
      sections: [['A "B"', []] as const],
    };
    expect(roffOf(page, '1')).toContain('.SH "A \\(dqB\\(dq"');
  });
});

describeWith([program('man', 'man-db'), program('groff', 'groff')], 'man', () => {
  test.each(names)('%s has no warning', (name) => {
    const args = ['--warnings', '-E', 'UTF-8', '-l', '-Tutf8', '-Z', fileOf(name)];
    const env = { PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', MANROFFSEQ: '', MANWIDTH: '80' };
    const done = spawnSync('man', args, { encoding: 'utf8', env });
    expect([done.status, done.stderr]).toEqual([0, '']);
    expect(done.stdout.length).toBeGreaterThan(1000);
  });
});

describeWith([program('mandoc', 'mandoc')], 'mandoc', () => {
  test.each(names)('finds nothing wrong with %s', (name) => {
    const done = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', fileOf(name)], {
      encoding: 'utf8',
    });
    expect([done.status, done.stdout, done.stderr]).toEqual([0, '', '']);
  });
});

const complete = (name: string, words: string[]) => {
  const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _${name.replace('-', '_')}; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const file = completionOf(`bash/${name}`);
  const args = ['--norc', '-c', script, 'bash', file, name, ...words];
  const done = spawnSync('bash', args, { encoding: 'utf8', cwd: root });
  expect(done.stderr).toBe('');
  return done.stdout.split('\n').filter((one) => one !== '');
};

describe('bash completes', () => {
  test.each([
    ['muster', ['ver'], ['verify']],
    ['muster', ['token', ''], ['create', 'list', 'revoke', '--help']],
    ['muster', ['verify', '--gate', 'install', '--fail'], ['--fail-on']],
    ['muster', ['verify', '--fail-on', ''], ['fail', 'warn']],
    ['muster', ['verify', '-f', 'j'], ['json', 'junit']],
    ['muster', ['verify', '--policy', 'README'], ['README.md']],
    ['muster', ['verify', 'README'], ['README.md']],
    ['muster-agent', ['hook', 'en'], ['enable']],
    ['muster-agent', ['push', '--spl'], ['--splay']],
  ])('%s %j', (name, words, offered) => {
    expect(complete(name, words).filter((one) => one !== '--config')).toEqual(offered);
  });
});

describeWith([program('zsh', 'zsh')], 'zsh', () => {
  test.each(['_muster', '_muster-agent'])('takes %s', (name) => {
    const done = spawnSync('zsh', ['-n', completionOf(`zsh/${name}`)], { encoding: 'utf8' });
    expect([done.status, done.stderr]).toEqual([0, '']);
  });
});

describeWith([program('fish', 'fish')], 'fish', () => {
  test.each([
    ['muster', 'muster verify --fail-on ', ['fail', 'warn']],
    ['muster-agent', 'muster-agent hook ', ['disable', 'enable', 'status']],
  ])('completes for %s: %s', (name, typed, offered) => {
    const script = `source "$argv[1]"; complete -C "$argv[2]"`;
    const args = ['-N', '-c', script, completionOf(`fish/${name}.fish`), typed];
    const done = spawnSync('fish', args, { encoding: 'utf8', cwd: root });
    expect(done.stderr).toBe('');
    const words = done.stdout.split('\n').map((one) => one.split('\t')[0]);
    expect(words.filter((one) => one !== '').sort()).toEqual(offered);
  });
});
