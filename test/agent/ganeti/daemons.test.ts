import { describe, expect, test } from 'vitest';
import { daemonArguments, daemonsOf, excerptDefaults } from '../../../agent/ganeti/daemons.ts';
import { madeHost } from '../recorded-hosts.ts';

const absent = { kind: 'not_found', message: 'ENOENT' };

/** A host where these files are all that lies in /run/ganeti and /proc. */
async function daemons(files: Record<string, string>) {
  const failures = { '/run/ganeti': absent, '/proc': absent };
  const found = await daemonsOf(await madeHost({ files, snapshot: { failures } }));
  return Object.fromEntries(
    found.map(({ name, running, arguments: words }) => [name, { running, words }]),
  );
}

test('a daemon runs when the process of its pid file is it, interpreter or not', async () => {
  const found = await daemons({
    '/run/ganeti/ganeti-rapi.pid': '184\n',
    '/proc/184/cmdline': '/usr/bin/python3\0/usr/sbin/ganeti-rapi\0-b\x000.0.0.0\0--planted\0',
    '/run/ganeti/ganeti-luxid.pid': '197\n',
    '/proc/197/cmdline': '/usr/sbin/ganeti-luxid\0--no-voting\0--yes-do-it\0',
    '/run/ganeti/ganeti-noded.pid': '9\n',
    '/run/ganeti/ganeti-confd.pid': '10\n',
    '/proc/10/cmdline': '/usr/bin/vim\0-b\0/usr/sbin/ganeti-confd\0',
    '/run/ganeti/ganeti-mond.pid': '12\n',
    '/proc/12/cmdline': '/usr/sbin/ganeti-mond-old\0',
    '/run/ganeti/ganeti-kvmd.pid': '11\n',
    '/proc/11/cmdline': '',
  });
  const down = { running: false, words: null };
  expect(found).toEqual({
    'ganeti-noded': down,
    'ganeti-confd': down,
    'ganeti-mond': down,
    'ganeti-kvmd': down,
    'ganeti-metad': down,
    'ganeti-luxid': { running: true, words: ['--no-voting', '--yes-do-it'] },
    'ganeti-wconfd': down,
    'ganeti-rapi': { running: true, words: ['-b', '0.0.0.0'] },
  });
});

test.each(['', 'noded\n', '0\n', '12 13\n', '1\0'])('a pid file of %j is refused', async (text) => {
  await expect(daemons({ '/run/ganeti/ganeti-noded.pid': text })).rejects.toThrow(
    '/run/ganeti/ganeti-noded.pid: expected a process id',
  );
});

describe('the defaults of the daemons', () => {
  test.each<[string, string, Record<string, string[]>]>([
    ['nothing', '', {}],
    ['comments', '# RAPI_ARGS="-d"\n', {}],
    ['an empty one', 'NODED_ARGS=""\n', { NODED_ARGS: [] }],
    [
      'the last of two, as in a shell',
      'RAPI_ARGS="-b 127.0.0.1"\nRAPI_ARGS="-b 0.0.0.0 --require-authentication"\n',
      { RAPI_ARGS: ['-b', '0.0.0.0', '--require-authentication'] },
    ],
    [
      'single quotes',
      "LUXID_ARGS='--no-voting  --yes-do-it' # two",
      {
        LUXID_ARGS: ['--no-voting', '--yes-do-it'],
      },
    ],
    ['none', '  export MOND_ARGS=-d # debug', { MOND_ARGS: ['-d'] }],
    ['what a shell would fill in', 'CONFD_ARGS="$PLANTED -d"', { CONFD_ARGS: ['-d'] }],
    ['other variables', 'PLANTED="-d"\nRAPI_ARGS_OLD="-d"', {}],
  ])('with %s', (_title, text, told) => {
    expect(JSON.parse(excerptDefaults(text))).toEqual(told);
  });

  test('are none when there is no file, and unreadable when it is binary', async () => {
    const path = '/etc/default/ganeti';
    const none = await madeHost({ snapshot: { failures: { [path]: absent } } });
    expect(await daemonArguments(none)).toEqual({});
    const binary = await madeHost({ files: { [path]: '\0' } });
    await expect(daemonArguments(binary)).rejects.toMatchObject({ kind: 'unparsable' });
  });
});
