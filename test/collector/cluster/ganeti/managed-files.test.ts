import { describe, expect, test } from 'vitest';
import type { Membership } from '../../../../shared/facts/ganeti.ts';
import { failed, ok } from '../../seed-cluster.ts';
import { type Change, first, reported, second, third } from './cluster.ts';

describe('ganeti.managed-files', () => {
  const file =
    (path: string, content: Membership['managedFiles'][number]['content']): Change =>
    ({ managedFiles }) => {
      for (const one of managedFiles) if (one.path.endsWith(path)) one.content = content;
    };
  const key = '/var/lib/ganeti/hmac.key';
  const config = '/var/lib/ganeti/config.data';
  const users = '/var/lib/ganeti/rapi/users';
  const regular: Change = (one) => {
    one.role = 'regular';
  };

  test.each<[string, Record<number, Change>, string[]]>([
    [
      'another text',
      { 3: file('hmac.key', ok({ digest: 'zz' })) },
      [
        `fail ${key}: differs between ${first} and ${second} / ${third}; expected the same ` +
          `everywhere`,
      ],
    ],
    [
      'a missing file',
      { 2: file('hmac.key', ok(null)) },
      [`fail ${key}: missing on ${second}; expected the same everywhere`],
    ],
    [
      'an old ssconf, which is one fault',
      {
        2: file('ssconf_node_list', ok({ digest: 'old' })),
        3: ({ managedFiles }) => {
          managedFiles.splice(
            managedFiles.findIndex(({ path }) => path.endsWith('ssconf_node_list')),
            1,
          );
        },
      },
      [
        `fail ssconf: /var/lib/ganeti/ssconf_node_list missing on ${third} and ` +
          `/var/lib/ganeti/ssconf_node_list differs between ${first} / ${second}; expected the ` +
          'same everywhere',
      ],
    ],
    [
      'the configuration on a node that is no candidate',
      { 3: regular },
      [`fail ${config}: must not be on ${third}; expected the same everywhere`],
    ],
    [
      'no configuration there',
      {
        3: (one) => {
          regular(one);
          file('config.data', ok(null))(one);
        },
      },
      ['pass 5 files alike on 3 nodes'],
    ],
    [
      'an optional file on one node alone',
      { 2: file('rapi/users', ok({ digest: null })) },
      [`fail ${users}: missing on ${first} and ${third}; expected the same everywhere`],
    ],
    [
      'a hosts file that Ganeti leaves alone',
      {
        1: ({ master }) => {
          if (master?.config.status === 'ok') master.config.value.cluster.modifyEtcHosts = false;
        },
        2: file('/etc/hosts', ok({ digest: 'own' })),
      },
      ['pass 4 files alike on 3 nodes'],
    ],
    [
      'a node that is marked offline and so gets no new copies',
      {
        1: ({ master }) => {
          if (master?.config.status !== 'ok') throw new Error('the sample has no configuration');
          for (const node of master.config.value.nodes) node.offline = node.name === third;
        },
        3: file('config.data', ok({ digest: 'old' })),
      },
      ['pass 5 files alike on 2 nodes'],
    ],
    [
      'a file that cannot be read',
      { 2: file('hmac.key', failed('denied')) },
      [`unknown ${key} not known of ${second} (denied)`],
    ],
  ])('%s', (_name, changes, expected) => {
    expect(reported('ganeti.managed-files', changes)).toEqual(expected);
  });
});
