import { type Check, defineCheck, type Judgement } from '../check.ts';
import type { Guest, GuestProcess, GuestsFacts } from '../facts/guests.ts';
import { fail, pass, skip, unknown, warn } from '../judgement.ts';
import { counted, listed } from '../wording.ts';

type Process = Extract<GuestProcess, { state: 'running' }>;

const accelerated = defineCheck({
  id: 'guests.accelerated',
  title: 'Running guests use KVM',
  why:
    'A guest that was started while KVM was missing runs by emulation, slower by tens of times, ' +
    'until it is stopped and started. gnt-cluster verify does not see it.',
  rules: ['VIRT-05'],
  consequenceOf: [{ check: 'virtualisation.kvm' }],
  needs: ['guests'],
  judge: ({ guests }) =>
    judgeRunning(guests, {
      noun: 'acceleration',
      isFine: ({ process }) =>
        process.acceleration === null ? null : process.acceleration === 'kvm',
      fault: (names) =>
        fail(
          `run by emulation (TCG): ${listed(names)}; expected KVM`,
          'see that /dev/kvm opens, then gnt-instance stop and start NAME',
        ),
      fine: 'with KVM',
    }),
});

const binary = defineCheck({
  id: 'guests.binary',
  title: 'Running guests run the QEMU that is installed',
  why:
    'A guest keeps the QEMU it was started with when the package is replaced: security fixes do ' +
    'not reach it, and its version is no longer that of the node. gnt-cluster verify is silent.',
  rules: ['QEMU-02'],
  needs: ['guests'],
  judge: ({ guests }) =>
    judgeRunning(guests, {
      noun: 'binary',
      isFine: ({ process }) => (process.deleted === null ? null : !process.deleted),
      fault: (names) =>
        warn(
          `run a QEMU that was replaced since: ${listed(names)}; expected the installed one`,
          'gnt-instance migrate NAME to a node that is done, or stop and start it',
        ),
      fine: 'of the installed QEMU',
    }),
});

const runtime = defineCheck({
  id: 'guests.runtime',
  title: 'Running guests have the file that a migration ships',
  why:
    'Ganeti keeps the command line of each guest in a .runtime file and sends it to the target; ' +
    'without it no migration, no hotplug and no reboot works. gnt-cluster verify does not look.',
  rules: ['QEMU-06'],
  needs: ['guests'],
  judge: ({ guests }) =>
    judgeRunning(guests, {
      noun: '.runtime file',
      isFine: ({ guest }) => (guest.frozen.status === 'ok' ? guest.frozen.value : null),
      fault: (names) =>
        fail(
          `no .runtime file of ${listed(names)}, expected one in /run/ganeti/kvm-hypervisor/conf`,
          'gnt-instance stop NAME, then start it: the file is written at the start',
        ),
      fine: 'with a .runtime file',
    }),
});

interface Question {
  noun: string;
  /** null: not known of this one */
  isFine(one: { guest: Guest; process: Process }): boolean | null;
  fault(names: string[]): Judgement;
  fine: string;
}

/** A pid file whose process is gone, or another's, is of no running guest. */
function judgeRunning({ guests }: GuestsFacts, question: Question): Judgement | Judgement[] {
  const answers = guests.flatMap((guest) => {
    const { instance, process } = guest;
    if (process.status === 'failed') return [{ instance, isFine: null }];
    if (process.value.state !== 'running') return [];
    return [{ instance, isFine: question.isFine({ guest, process: process.value }) }];
  });
  if (answers.length === 0) return skip('no guest runs on the node');
  const those = (wanted: boolean | null) =>
    answers.filter(({ isFine }) => isFine === wanted).map(({ instance }) => instance);
  const [bad, untold] = [those(false), those(null)];
  const judged: Judgement[] = [];
  if (bad.length > 0) judged.push(question.fault(bad));
  if (untold.length > 0) {
    judged.push(unknown(`the ${question.noun} of ${listed(untold)} is not known`));
  }
  if (judged.length > 0) return judged;
  return pass(`${counted(answers.length, 'guest')} ${question.fine}`);
}

/** The guests that run on a node, as their processes show them. */
export const guestsChecks: Check[] = [accelerated, binary, runtime];
