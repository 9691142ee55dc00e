import type { NamesFacts } from '../shared/facts/names.ts';

/** What a healthy node of the guide's cluster tells of names, on itself and of all others. */
export const sampleNames = {
  status: 'ok',
  facts: {
    hostname: 'ganeti01',
    fqdn: { status: 'ok', value: 'ganeti01.example.org' },
    hosts: {
      status: 'ok',
      value: [
        { line: 1, address: '127.0.0.1', names: ['localhost'] },
        { line: 2, address: '192.0.2.4', names: ['ganeti-cluster01.example.org'] },
        { line: 3, address: '192.0.2.5', names: ['ganeti01.example.org', 'ganeti01'] },
        { line: 4, address: '192.0.2.6', names: ['ganeti02.example.org', 'ganeti02'] },
        { line: 5, address: '192.0.2.7', names: ['ganeti03.example.org', 'ganeti03'] },
        { line: 8, address: '::1', names: ['localhost', 'ip6-localhost', 'ip6-loopback'] },
        { line: 9, address: 'ff02::1', names: ['ip6-allnodes'] },
      ],
    },
    badHostsLines: [],
    hostsOrder: ['files', 'dns'],
    own: [lookup('ganeti01', '192.0.2.5'), lookup('ganeti01.example.org', '192.0.2.5')],
    lookups: [
      lookup('ganeti01.example.org', '192.0.2.5'),
      lookup('ganeti02.example.org', '192.0.2.6'),
      lookup('ganeti03.example.org', '192.0.2.7'),
      lookup('ganeti-cluster01.example.org', '192.0.2.4'),
    ],
  },
} satisfies { status: 'ok'; facts: NamesFacts };

function lookup(name: string, answer: string) {
  const found = { status: 'ok' as const, value: [answer] };
  return { name, files: found, resolver: found };
}
