import { describe, expect, test } from 'vitest';
import {
  type Identity,
  keyOfIdentity,
  makeNextKey,
  openIdentity,
  readIdentity,
  writeIdentity,
} from '../../../agent/identity/identity.ts';
import { makeKey, parseKey } from '../../../agent/identity/key.ts';
import { slotMs } from '../../../agent/identity/machine.ts';
import { verifies } from '../delivery/signed-server.ts';
import { Killed, ModelDisk } from '../state/model-disk.ts';
import { seeded } from '../state/random.ts';

const STATE = '/var/lib/muster-agent';
const base: Omit<Identity, 'key'> = {
  ...{ format: 1, collector: 'https://collector.example.org', cluster: 'prod', node: 'n1' },
  ...{ trust: null, enrolledAt: '2026-11-22T12:00:00.000Z' },
};

/** Enrols a node, then rotates its key; `known` are the ids that the collector heard of. */
async function lifetime(disk: ModelDisk, known: Set<string>): Promise<void> {
  const place = await openIdentity(STATE, disk);
  const held = await readIdentity(place);
  if (held === null) {
    const key = await makeNextKey(place, []);
    known.add(key.id);
    await writeIdentity(place, { ...base, key: key.id });
  }
  const current = (await readIdentity(place))?.key ?? '';
  await keyOfIdentity(place, current);
  const next = await makeNextKey(place, [current]);
  known.add(next.id);
  await writeIdentity(place, { ...base, key: next.id });
}

describe('enrolment and rotation, ended at every single call', () => {
  test.each(['kill', 'power cut'])(
    'never leave the node without a key it told of: %s',
    async (fate) => {
      const whole = new ModelDisk();
      await lifetime(whole, new Set());
      expect(whole.calls).toBeGreaterThan(40);
      for (let call = 1; call <= whole.calls; call++) {
        for (const seed of fate === 'kill' ? [0] : [1, 2, 3, 4, 5]) {
          const disk = new ModelDisk();
          const known = new Set<string>();
          disk.killAt = call;
          await expect(lifetime(disk, known)).rejects.toThrow(Killed);
          if (fate === 'power cut') disk.losePower(seeded(seed));
          disk.restart();
          await lifetime(disk, known);
          const place = await openIdentity(STATE, disk);
          const identity = await readIdentity(place);
          expect(known).toContain(identity?.key);
          expect((await keyOfIdentity(place, identity?.key ?? '')).id).toBe(identity?.key);
          // one for the enrolment, one or, when the end came after its use, two for rotations
          expect(known.size).toBeLessThanOrEqual(3);
          expect(disk.names(`${STATE}/identity`)).toHaveLength(2);
        }
      }
    },
  );
});

describe('keys', () => {
  test('sign what others can verify, and come back from their PEM', () => {
    const { key, pem } = makeKey();
    expect(verifies(key.publicKey, 'a text', key.sign('a text'))).toBe(true);
    expect(verifies(key.publicKey, 'another', key.sign('a text'))).toBe(false);
    const again = parseKey(pem);
    expect([again?.id, again?.publicKey]).toEqual([key.id, key.publicKey]);
    expect(again?.sign('a text')).toBe(key.sign('a text'));
    expect(Buffer.from(key.publicKey, 'base64')).toHaveLength(32);
    expect(key.sign('')).toHaveLength(88);
  });

  test.each(['', 'no key', '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n', '\0'])(
    'a text that is none gives none: %j',
    (text) => expect(parseKey(text)).toBeNull(),
  );
});

describe('the slot of a machine', () => {
  test('is its own, below the splay, and always the same', () => {
    expect(slotMs('0'.repeat(64), 600_000)).toBe(0);
    expect(slotMs('f'.repeat(64), 600_000)).toBe(599_999);
    expect(slotMs(`8${'0'.repeat(63)}`, 600_000)).toBe(300_000);
    expect(slotMs(`4${'0'.repeat(63)}`, 600_000)).toBe(150_000);
  });
});
