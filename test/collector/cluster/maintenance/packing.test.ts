import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Parcel, pack } from '../../../../collector/cluster/maintenance/packing.ts';

const rooms = (sizes: number[]) => new Map(sizes.map((size, index) => [`n${index}`, size]));

/** Every way there is, one after the other: slow, and obviously right. */
function possible(parcels: readonly Parcel[], left: Map<string, number>): boolean {
  const [first, ...others] = parcels;
  if (first === undefined) return true;
  return first.targets.some((target) => {
    const room = left.get(target) ?? -1;
    if (room < first.bytes) return false;
    return possible(others, new Map([...left, [target, room - first.bytes]]));
  });
}

describe('packing guests into nodes', () => {
  test('goes back on a choice when the roomiest node was the wrong one', () => {
    const parcels = [
      { name: 'a', bytes: 5, targets: ['n0', 'n1'] },
      { name: 'b', bytes: 4, targets: ['n0', 'n1'] },
      { name: 'c', bytes: 3, targets: ['n0'] },
      { name: 'd', bytes: 3, targets: ['n0', 'n1'] },
    ];
    expect(pack(parcels, rooms([8, 7])).state).toBe('fits');
    expect(pack(parcels, rooms([8, 6])).state).toBe('too-tight');
  });

  test('gives up, and says that this is no proof, when there are too many ways', () => {
    const many = Array.from({ length: 40 }, (_, index) => {
      return { name: `g${index}`, bytes: 3, targets: ['n0', 'n1', 'n2'] };
    });
    expect(pack(many, rooms([40, 40, 39])).state).toBe('given-up');
  });

  const cluster = fc.record({
    free: fc.array(fc.nat(12), { minLength: 1, maxLength: 4 }),
    guests: fc.array(
      fc.record({
        bytes: fc.integer({ min: 1, max: 8 }),
        on: fc.array(fc.nat(3), { minLength: 1 }),
      }),
      { maxLength: 6 },
    ),
  });

  test('finds a way exactly when there is one, and never takes more than there is', () => {
    fc.assert(
      fc.property(cluster, ({ free, guests }) => {
        const parcels = guests.map(({ bytes, on }, index) => {
          const targets = [...new Set(on)].filter((node) => node < free.length);
          return { name: `g${index}`, bytes, targets: targets.map((node) => `n${node}`) };
        });
        const packing = pack(parcels, rooms(free));
        expect(packing.state).toBe(possible(parcels, rooms(free)) ? 'fits' : 'too-tight');
        if (packing.state !== 'fits') return;
        expect(packing.placed.map(({ name }) => name).sort()).toEqual(
          parcels.map(({ name }) => name).sort(),
        );
        const left = rooms(free);
        for (const { name, target, bytes } of packing.placed) {
          expect(parcels.find((one) => one.name === name)?.targets).toContain(target);
          left.set(target, (left.get(target) ?? 0) - bytes);
          expect(left.get(target)).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 500 },
    );
  });
});
