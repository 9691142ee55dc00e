import { known } from '../../../shared/evidence.ts';
import { fail, pass, unknown, warn } from '../../../shared/judgement.ts';
import { formatDuration } from '../../../shared/units.ts';
import { listed } from '../../../shared/wording.ts';
import type { ClusterJudgement } from '../cluster-check.ts';
import type { Maintenance, MaintenanceCheck } from './maintenance-check.ts';
import { reading } from './view-node.ts';

/** Whether the orders of the plan would be taken, and nothing works against them. */
export const queueChecks: MaintenanceCheck[] = [
  {
    id: 'maintenance.jobs',
    title: 'The job queue is open, and no job works on the nodes or their guests',
    why:
      'A job that runs holds locks, so that a migration waits behind it, and what it changes is ' +
      'not in what this answer was made of.',
    rules: ['GATE-09'],
    judge: judgeJobs,
  },
  {
    id: 'maintenance.watcher',
    title: 'The watcher is not paused for longer than the work takes',
    why:
      'The watcher would restart what the work stops, so it is paused, with an end: forgotten, ' +
      'nothing restarts guests any more.',
    rules: ['GATE-09'],
    judge: judgeWatcher,
  },
];

function judgeJobs(maintenance: Maintenance): ClusterJudgement[] {
  const { view, down, rapi } = maintenance;
  const judged: ClusterJudgement[] = [];
  const drained = reading(() => known(view.member.queueDrained));
  if (drained.status === 'failed') judged.push(unknown(drained.error.message));
  else if (drained.value) {
    judged.push(fail('the job queue is drained and takes no job', 'gnt-cluster queue undrain'));
  }
  if (view.member.upgradeIntent) {
    const message = 'an upgrade of the cluster was begun and has not ended';
    judged.push(fail(message, 'gnt-cluster upgrade --resume, and see that it ends'));
  }
  const concerned = new Set([...down, ...guestsOn(maintenance)]);
  // RAPI knows the jobs of now; where it is silent ganeti.rapi-answers says so
  const jobs = rapi?.jobs.status === 'ok' ? rapi.jobs : view.master.jobs;
  if (jobs.status === 'failed') return [...judged, unknown(jobs.error.message)];
  for (const { id, status, summary } of jobs.value) {
    const objects = summary.flatMap((text) => /\(([^)]*)\)/.exec(text)?.[1]?.split(',') ?? []);
    const touched = objects.map((one) => one.trim()).filter((one) => concerned.has(one));
    const message = `job ${id} (${listed(summary)}) is ${status}`;
    const remedy = `wait for it: gnt-job watch ${id}`;
    const say = touched.length > 0 ? fail : warn;
    judged.push({ ...say(`${message}, expected none`, remedy), subject: `job ${id}` });
  }
  return judged.length > 0 ? judged : [pass('the queue is open and no job is unfinished')];
}

/** Those with a disk on the nodes too: their other copy may be what the job works on. */
function guestsOn({ view, down }: Maintenance): string[] {
  return view.guests
    .filter(({ instance }) =>
      [instance.primaryNode, ...instance.secondaryNodes].some((name) => down.has(name)),
    )
    .map(({ name }) => name);
}

/** A pause that goes on for longer was not made for one piece of work. */
const PAUSE_MAX_MS = 24 * 3_600_000;

function judgeWatcher({ view, now }: Maintenance): ClusterJudgement[] {
  const until = reading(() => known(view.member.watcherPausedUntil));
  if (until.status === 'failed') return [unknown(until.error.message)];
  const leftMs = until.value === null ? 0 : Date.parse(until.value) - now.getTime();
  if (leftMs <= 0) return [pass('the watcher is not paused; the plan pauses it')];
  if (leftMs <= PAUSE_MAX_MS) return [pass(`the watcher is paused until ${until.value} already`)];
  const message = `the watcher is paused for ${formatDuration(leftMs)} more`;
  const limit = formatDuration(PAUSE_MAX_MS);
  return [warn(`${message}, expected ${limit} at most`, 'gnt-cluster watcher continue')];
}
