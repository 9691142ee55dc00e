import { defineCheck } from '../../check.ts';
import { known } from '../../evidence.ts';
import { pass, warn } from '../../judgement.ts';
import { formatDuration } from '../../units.ts';
import { ageMs, ofMember } from './member.ts';

/** Cron runs it every five minutes: three runs were missed. */
const WATCHER_AGE_MAX_MS = 15 * 60_000;

/** The watcher does its rounds. */
export const watcher = defineCheck({
  id: 'ganeti.watcher',
  title: 'The watcher runs and is not paused',
  why:
    'The watcher restarts guests that fell, activates disks after a reboot and archives jobs; ' +
    'gnt-cluster verify does not see that it is paused or dead.',
  rules: ['RUN-12'],
  needs: ['ganeti'],
  judge: ({ ganeti, collectedAt }) =>
    ofMember(ganeti, (member) => {
      const until = known(member.watcherPausedUntil);
      if (until !== null && ageMs(until, collectedAt) < 0) {
        const left = formatDuration(-ageMs(until, collectedAt));
        const message = `the watcher is paused until ${until}, ${left} more; expected it to run`;
        return warn(message, 'when the maintenance is over: gnt-cluster watcher continue');
      }
      if (member.role !== 'master') return pass('the watcher is not paused');
      const ranAt = known(member.watcherRanAt);
      const age = ranAt === null ? null : ageMs(ranAt, collectedAt);
      if (age !== null && age <= WATCHER_AGE_MAX_MS) {
        return pass(`the watcher ran ${formatDuration(age)} ago`);
      }
      const found = age === null ? 'never ran' : `last ran ${formatDuration(age)} ago`;
      return warn(
        `the watcher ${found}, expected a run within ${formatDuration(WATCHER_AGE_MAX_MS)}`,
        'see /etc/cron.d/ganeti and /var/log/ganeti/watcher.log, and run ganeti-watcher by hand',
      );
    }),
});
