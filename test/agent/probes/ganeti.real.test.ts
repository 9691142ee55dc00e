import { expect, test } from 'vitest';
import { modesOf } from '../../../agent/ganeti/files.ts';
import { liveHost } from '../../../agent/host/live.ts';
import { ganetiProbe } from '../../../agent/probes/ganeti.ts';
import { ganetiSchema } from '../../../shared/facts/ganeti.ts';
import { defaultPolicy } from '../../../shared/policy.ts';
import { describeWith, program } from '../../requirements.ts';

describeWith([program('ganeti-confd', 'ganeti')], 'Ganeti on this machine', () => {
  test('tells its release', async () => {
    const facts = await ganetiProbe.collect(liveHost(), defaultPolicy());
    expect(ganetiSchema.parse(facts)).toEqual(facts);
    expect(facts.release).toMatchObject({ value: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });
});

test('stat of coreutils answers for what exists, and only for that', async () => {
  const modes = await modesOf(liveHost());
  for (const { mode, path } of modes) {
    expect(mode).toMatch(/^[0-7]{4}$/);
    expect(path).toMatch(/^\/(var\/lib|etc)\/ganeti\//);
  }
});
