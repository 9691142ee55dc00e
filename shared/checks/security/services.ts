import { defineCheck } from '../../check.ts';
import { known } from '../../evidence.ts';
import type { Membership } from '../../facts/ganeti.ts';
import { pass, skip, warn } from '../../judgement.ts';
import { counted, listed } from '../../wording.ts';
import { ofMember } from '../ganeti/member.ts';
import { isLoopback, isPublic } from './exposure.ts';

/** The remote API asks who calls. */
export const rapi = defineCheck({
  id: 'security.rapi',
  title: 'The remote API asks for a login and keeps no password in plain text',
  why:
    'By itself RAPI answers any GET without a login, on every address, and tells the whole ' +
    'configuration. gnt-cluster verify looks at its certificate only.',
  rules: ['SEC-03'],
  needs: ['ganeti'],
  judge: ({ ganeti }) =>
    ofMember(ganeti, (member) => {
      const words = wordsOf(member, 'rapi');
      const bind = givenTo(words, ['-b', '--bind']) ?? '0.0.0.0';
      const faults: string[] = [];
      const near = isLoopback(bind);
      if (!near && !words.includes('--require-authentication')) {
        faults.push(`it answers anybody (${bind}, no --require-authentication)`);
      }
      if (!near && words.includes('--no-ssl')) faults.push(`it speaks plain HTTP on ${bind}`);
      const users = known(member.rapiUsers);
      if (users !== null && users.plaintext > 0) {
        faults.push(`${counted(users.plaintext, 'password')} in plain text in rapi/users`);
      }
      if (faults.length === 0)
        return pass(`RAPI on ${bind}, ${counted(users?.users ?? 0, 'user')}`);
      return warn(
        `RAPI: ${faults.join('; ')}; expected a login, TLS and hashed passwords`,
        'RAPI_ARGS="-b 127.0.0.1 --require-authentication" in /etc/default/ganeti; ' +
          '{HA1} hashes in rapi/users',
      );
    }),
});

/** The monitoring daemon is not for everybody. */
export const mond = defineCheck({
  id: 'security.mond',
  title: 'The monitoring daemon does not listen on a public address',
  why:
    'mond runs as root and answers anybody on port 1815, on every address unless told: names of ' +
    'guests, their disks, their state. gnt-cluster verify does not look.',
  rules: ['SEC-04'],
  needs: ['ganeti', 'network'],
  judge: ({ ganeti, network }) =>
    ofMember(ganeti, (member) => {
      if (!known(member.daemons).some((one) => one.name === 'ganeti-mond' && one.running)) {
        return skip('mond does not run');
      }
      const bind = givenTo(wordsOf(member, 'mond'), ['-b', '--bind']) ?? '0.0.0.0';
      if (isLoopback(bind) || !isPublic(bind, network)) return pass(`mond on ${bind}:1815`);
      return warn(
        `mond listens on ${bind}:1815, which is public; expected the management network`,
        'MOND_ARGS="-b 127.0.0.1" in /etc/default/ganeti, systemctl restart ganeti-mond; ' +
          'or a firewall',
      );
    }),
});

/** As the daemon was started; of one that does not run, as it would be. */
function wordsOf({ daemons, daemonArguments }: Membership, name: string): string[] {
  const own = known(daemons).find((one) => one.name === `ganeti-${name}`);
  return own?.arguments ?? known(daemonArguments)[`${name.toUpperCase()}_ARGS`] ?? [];
}

function givenTo(words: readonly string[], options: readonly string[]): string | undefined {
  const at = words.findLastIndex((word) => options.includes(word));
  return at < 0 ? undefined : words[at + 1];
}

/** Any user of the node may read such a file. */
const OTHERS = 0o007;
const GROUP_WRITE = 0o020;
const OTHERS_WRITE = 0o002;

/** What Ganeti runs from it as root must be writable by root alone; that others read it is well. */
const COMMANDS = '/etc/ganeti/restricted-commands';

/** Secrets are for the daemons alone. */
export const modes = defineCheck({
  id: 'security.modes',
  title: 'Keys and secrets of the cluster are readable by its daemons alone',
  why:
    'With hmac.key, server.pem or config.data a local user of one node commands the whole ' +
    'cluster. gnt-cluster verify compares contents, not modes.',
  rules: ['SEC-07'],
  needs: ['ganeti'],
  judge: ({ ganeti }) =>
    ofMember(ganeti, (member) => {
      const all = known(member.modes);
      const wrong = all.filter(isTooOpen);
      if (wrong.length === 0) return pass(`${counted(all.length, 'file')}, none for others`);
      const found = wrong.map(
        ({ path, mode, owner, group }) => `${path} ${mode} ${owner}:${group}`,
      );
      return {
        verdict: 'fail',
        message: `${listed(found)}; expected Ganeti's users or root, and nothing for others`,
        remedy:
          '/usr/lib/ganeti/ensure-dirs --full-run; for one that it leaves: chown root, chmod ' +
          'go-w,o=',
      };
    }),
});

type Mode = Extract<Membership['modes'], { status: 'ok' }>['value'][number];

function isTooOpen({ path, mode, owner }: Mode): boolean {
  const bits = Number.parseInt(mode, 8);
  if (path === COMMANDS) return owner !== 'root' || (bits & (GROUP_WRITE | OTHERS_WRITE)) !== 0;
  const trusted = owner === 'root' || OWNERS.has(owner);
  return !trusted || (bits & (OTHERS | GROUP_WRITE)) !== 0;
}

const OWNERS = new Set(['gnt-masterd', 'gnt-confd', 'gnt-rapi', 'gnt-luxid', 'gnt-wconfd']);
