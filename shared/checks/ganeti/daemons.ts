import { defineCheck, type Judgement } from '../../check.ts';
import { known } from '../../evidence.ts';
import type { Membership } from '../../facts/ganeti.ts';
import { fail, warn } from '../../judgement.ts';
import { listed } from '../../wording.ts';
import { ofMember, unlessFaulty } from './member.ts';

/** Those that write the configuration and run jobs; two of a kind would do so at once. */
const OF_MASTER = ['ganeti-luxid', 'ganeti-wconfd', 'ganeti-rapi'];

/** The daemons of Ganeti run where they belong. */
export const daemons = defineCheck({
  id: 'ganeti.daemons',
  title: 'The daemons of Ganeti run, those of the master on the master alone',
  why:
    'Without noded every job on the node fails; a daemon of the master on a second node means ' +
    'two masters. gnt-cluster verify sees a dead noded, and no other daemon.',
  rules: ['RUN-02'],
  needs: ['ganeti'],
  judge: ({ ganeti }) =>
    ofMember(ganeti, (member) => {
      const running = known(member.daemons).flatMap((one) => (one.running ? [one.name] : []));
      const wanted = wantedOn(member);
      const missing = wanted.filter((name) => !running.includes(name)).map(notRunning);
      const stray =
        member.role === 'master' ? [] : OF_MASTER.filter((one) => running.includes(one));
      const found = `running: ${listed(running)}`;
      return unlessFaulty([...missing, ...stray.map((name) => astray(name, member))], found);
    }),
});

function wantedOn({ role, ssconf }: Membership): string[] {
  const wanted = ['ganeti-noded', 'ganeti-mond'];
  // it answers from the configuration, which other nodes do not have
  if (role === 'master' || role === 'candidate') wanted.push('ganeti-confd');
  if (role === 'master') wanted.push(...OF_MASTER);
  if (ssconf.hvparamsKvm?.user_shutdown === 'True') wanted.push('ganeti-kvmd');
  return wanted;
}

/** Nothing of Ganeti itself asks mond, so that some sites leave it off. */
function notRunning(name: string): Judgement {
  const say = name === 'ganeti-mond' ? warn : fail;
  const message = `${name} does not run, expected it to run here`;
  const remedy = `systemctl start ${name}, and see journalctl -u ${name}`;
  return { ...say(message, remedy), subject: name };
}

function astray(name: string, { ssconf }: Membership): Judgement {
  const message = `${name} runs, expected it on the master alone, which is ${ssconf.masterNode}`;
  return {
    ...fail(message, `systemctl stop ${name}, and see gnt-cluster getmaster`),
    subject: name,
  };
}
