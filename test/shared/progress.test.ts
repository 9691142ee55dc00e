import { expect, test } from 'vitest';
import { progressOn } from '../../shared/progress.ts';

const ERASE = '\r\u001b[K';

/** A terminal whose time passes when the test says so. */
function watched() {
  const written: string[] = [];
  let waiting: { ms: number; action: () => void } | null = null;
  const progress = progressOn({
    write: (text) => written.push(text),
    after: (ms, action) => {
      waiting = { ms, action };
      return () => {
        waiting = null;
      };
    },
  });
  return {
    progress,
    written,
    waits: () => waiting?.ms ?? null,
    elapse() {
      const due = waiting;
      waiting = null;
      due?.action();
    },
  };
}

test('work that ends within a second shows nothing', () => {
  const { progress, written, waits } = watched();
  progress.say('reading cpu');
  expect(waits()).toBe(1000);
  progress.say('reading qemu');
  progress.clear();
  expect(written).toEqual([]);
  expect(waits()).toBeNull();
});

test('longer work shows the last thing said, then what comes, and leaves no trace', () => {
  const { progress, written, waits, elapse } = watched();
  progress.say('reading cpu');
  progress.say('reading qemu');
  elapse();
  expect(written).toEqual([`${ERASE}reading qemu`]);
  expect(waits()).toBe(200);
  progress.say('reading lvm');
  expect(written).toHaveLength(1);
  elapse();
  expect(written.at(-1)).toBe(`${ERASE}reading lvm`);
  progress.clear();
  expect(written.at(-1)).toBe(ERASE);
  expect(waits()).toBeNull();
});

test('after it was cleared it begins anew', () => {
  const { progress, written, waits, elapse } = watched();
  progress.say('a');
  elapse();
  progress.clear();
  progress.clear();
  progress.say('b');
  expect(waits()).toBe(1000);
  expect(written).toEqual([`${ERASE}a`, ERASE]);
});

test('what is said is one line, short enough, and no control of the terminal', () => {
  const { progress, written, elapse } = watched();
  progress.say(`\u001b[2J\n${'x'.repeat(200)}`);
  elapse();
  expect(written).toEqual([`${ERASE}\\x1b[2J\\n${'x'.repeat(70 - 1)}`.slice(0, ERASE.length + 78)]);
});
