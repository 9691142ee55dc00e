import type { Job } from '../../../../shared/facts/ganeti.ts';
import { ok } from '../../../sample-report.ts';
import { tableOf } from '../verdict.ts';
import { type Change, master, node } from './member.ts';

const drained: Change = (one) => {
  one.queueDrained = ok(true);
};

tableOf('ganeti.queue-open', {
  'a drained queue': {
    sections: node(2, drained),
    says: 'warn: the queue is drained (/var/lib/ganeti/queue/drain), expected it to take jobs',
  },
  'a node without a queue': {
    sections: node(3, (one) => {
      drained(one);
      one.role = 'regular';
    }),
    says: 'skip: only candidates hold the queue',
  },
});

const unfinished = (receivedAt: string | null) =>
  master((one) => {
    const job: Job = { id: 7, status: 'waiting', summary: ['NODE_EVACUATE'], receivedAt };
    if (one.master) one.master.jobs = ok([job]);
  });

tableOf('ganeti.jobs', {
  'one of six hours': {
    sections: unfinished('2026-11-22T05:55:00.000Z'),
    says: 'pass: 1 unfinished job, none old',
  },
  'one a second older': {
    sections: unfinished('2026-11-22T05:54:59.000Z'),
    says: 'warn job 7: job 7 (NODE_EVACUATE) is waiting since 6 h, expected to end within 6 h',
  },
  'one of an unknown time': {
    sections: unfinished(null),
    says: 'unknown job 7: job 7 (NODE_EVACUATE) is waiting, since when is not known',
  },
  'a node that is not the master': {
    sections: node(2),
    says: 'skip: judged on the master, ganeti01.example.org',
  },
});

const files = (count: number) =>
  node(2, (one) => {
    one.jobFileCount = ok(count);
  });

tableOf('ganeti.job-files', {
  'a thousand': { sections: files(1000), says: 'pass: 1000 job files in the queue' },
  'one more': {
    sections: files(1001),
    says: 'warn: 1001 job files in the queue, expected 1000 at most',
  },
});

const watched = (ranAt: string | null, pausedUntil: string | null = null) =>
  master((one) => {
    one.watcherRanAt = ok(ranAt);
    one.watcherPausedUntil = ok(pausedUntil);
  });

tableOf('ganeti.watcher', {
  'a run 15 minutes ago': {
    sections: watched('2026-11-22T11:40:00.000Z'),
    says: 'pass: the watcher ran 15 min ago',
  },
  'a run a second earlier': {
    sections: watched('2026-11-22T11:39:59.000Z'),
    says: 'warn: the watcher last ran 15 min 1 s ago, expected a run within 15 min',
  },
  'no run at all': {
    sections: watched(null),
    says: 'warn: the watcher never ran, expected a run within 15 min',
  },
  'a pause': {
    sections: watched(null, '2026-11-22T13:55:00.000Z'),
    says:
      'warn: the watcher is paused until 2026-11-22T13:55:00.000Z, 2 h more; expected it ' +
      'to run',
  },
  'a pause that is over': {
    sections: watched('2026-11-22T11:50:00.000Z', '2026-11-22T11:55:00.000Z'),
    says: 'pass: the watcher ran 5 min ago',
  },
  'another node knows the pause alone': {
    sections: node(2),
    says: 'pass: the watcher is not paused',
  },
});
