import type { Doctoring } from './doctoring.ts';
import { ok } from './sample-report.ts';

const lookup = (name: string, files: string[], resolver: string[]) => ({
  name,
  files: ok(files),
  resolver: ok(resolver),
});
const own = (answer: string) => ({
  names: { facts: { own: [lookup('ganeti01.example.org', [answer], [answer])] } },
});

/** For every check of names a host that it must not pass. */
export const doctoredNames: Record<string, Doctoring> = {
  'names.fqdn': { verdict: 'fail', sections: { names: { facts: { fqdn: ok('ganeti01') } } } },
  'names.own-not-loopback': { verdict: 'fail', sections: own('127.0.1.1') },
  'names.own-address': { verdict: 'fail', sections: own('192.0.2.99') },
  'names.resolve': {
    verdict: 'fail',
    sections: { names: { facts: { lookups: [lookup('ganeti01.example.org', [], [])] } } },
  },
  'names.files-agree': {
    verdict: 'warn',
    sections: {
      names: { facts: { own: [lookup('ganeti01', ['192.0.2.5'], ['192.0.2.50'])] } },
    },
  },
  'names.hosts-duplicates': {
    verdict: 'fail',
    sections: {
      names: {
        facts: {
          hosts: ok([
            { line: 1, address: '192.0.2.6', names: ['ganeti02.example.org'] },
            { line: 2, address: '192.0.2.6', names: ['ganeti03.example.org'] },
          ]),
        },
      },
    },
  },
  'names.hosts-lines': {
    verdict: 'warn',
    sections: { names: { facts: { badHostsLines: [3] } } },
  },
  'names.policy-duplicates': {
    verdict: 'fail',
    policy: {
      nodes: [
        { name: 'ganeti02.example.org', address: '192.0.2.6' },
        { name: 'ganeti03.example.org', address: '192.0.2.6' },
      ],
    },
  },
};
