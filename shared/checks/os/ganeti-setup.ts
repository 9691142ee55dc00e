import { type Check, defineCheck } from '../../check.ts';
import { known, unknownBecause } from '../../evidence.ts';
import type { OsFacts } from '../../facts/os.ts';
import { fail, pass, skip } from '../../judgement.ts';
import { listed } from '../../wording.ts';

/** Without one of these gnt-cluster init stops; it does not look at others. */
const wantedKeys = ['rsa', 'dsa'];

const sshHostKey = defineCheck({
  id: 'os.ssh-host-key',
  title: 'The node has an RSA host key for SSH',
  why: 'gnt-cluster init looks for an RSA or DSA host key and stops where there are only others.',
  rules: ['OS-08'],
  needs: ['os'],
  judge({ os }) {
    if (os.sshHostKeys === undefined) unknownBecause('the report lists no SSH host keys');
    const keys = known(os.sshHostKeys);
    const found = keys.length === 0 ? 'no host key in /etc/ssh' : `host keys: ${listed(keys)}`;
    if (keys.some((key) => wantedKeys.includes(key))) return pass(found);
    return fail(`${found}; expected one of kind rsa`, 'ssh-keygen -A && systemctl restart ssh');
  },
});

const leftovers = defineCheck({
  id: 'os.leftovers',
  title: 'Nothing of an earlier cluster is left on the node',
  why: 'gnt-cluster init stops at any file in the data and queue folders of Ganeti.',
  rules: ['OS-14'],
  needs: ['os'],
  judge({ os }) {
    if (os.clusterFiles === undefined) unknownBecause('the report does not tell of old files');
    const files = known(os.clusterFiles);
    if (files.length === 0) return pass('the data and queue folders of Ganeti hold no file');
    return fail(
      `left of a cluster: ${listed(files.slice(0, FILES_SHOWN))}` +
        `${files.length > FILES_SHOWN ? ' and more' : ''}; expected nothing`,
      'if this node is in no cluster: gnt-cluster destroy, else empty /var/lib/ganeti',
    );
  },
});

const FILES_SHOWN = 4;

/** Distributions whose ganeti package makes users and groups of these names. */
const debianNames = new Set(['debian', 'ubuntu', 'devuan']);

/** The group of each daemon, and the two that several daemons share, with their members. */
const members: Record<string, string[]> = {
  'gnt-masterd': [],
  'gnt-confd': [],
  'gnt-rapi': [],
  'gnt-daemons': ['gnt-confd', 'gnt-masterd', 'gnt-rapi'],
  'gnt-admin': ['gnt-masterd', 'gnt-rapi'],
};

const accounts = defineCheck({
  id: 'os.accounts',
  title: 'The users and groups of Ganeti exist',
  why: 'The daemons run as these users and share files by these groups; init stops without them.',
  rules: ['OS-09'],
  needs: ['os'],
  judge({ os }) {
    const id = os.id ?? unknownBecause('os-release does not name the distribution');
    if (!debianNames.has(id)) return skip(`the users that ganeti has on ${id} are not known`);
    if (!known(os.packages).ganeti) return skip('ganeti is not installed: see os.packages');
    if (os.accounts === undefined) unknownBecause('the report does not tell of users');
    const missing = missingAccounts(known(os.accounts));
    if (missing.length === 0) return pass(`all there: ${listed(Object.keys(members))}`);
    return fail(
      `missing: ${listed(missing)}; expected what the package makes`,
      'apt-get install --reinstall ganeti',
    );
  },
});

type Accounts = Extract<NonNullable<OsFacts['accounts']>, { status: 'ok' }>['value'];

function missingAccounts({ users, groups }: Accounts): string[] {
  const wanted = members['gnt-daemons'] ?? [];
  return [
    ...wanted.filter((name) => !users.includes(name)).map((name) => `user ${name}`),
    ...Object.entries(members).flatMap(([group, names]) => {
      const present = groups[group];
      if (present === undefined) return [`group ${group}`];
      return names
        .filter((name) => users.includes(name) && !present.includes(name))
        .map((name) => `${name} in group ${group}`);
    }),
  ];
}

/** What Ganeti asks of a system before its first command. */
export const ganetiSetupChecks: Check[] = [sshHostKey, accounts, leftovers];
