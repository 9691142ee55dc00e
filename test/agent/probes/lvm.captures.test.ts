import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  parseLogicalVolumes,
  parsePhysicalVolumes,
  parseVolumeGroups,
} from '../../../agent/probes/lvm.ts';
import { MIB } from '../../../shared/units.ts';
import { captures, describeWith, reference } from '../../requirements.ts';

const states = [
  '01-no-vg',
  '02-pvs-no-vg',
  '03-vg-gnt-empty',
  '04-two-vgs',
  '05-drbd-style-lvs',
  '06-vg-full',
  '07-one-pv-full',
  '08-not-resizable',
  '09-exported',
  '10-missing-pv',
  '11-pv-back',
  '12-duplicate-pv',
];

describeWith([captures], 'LVM in twelve states', () => {
  const read = (state: string, file: string) =>
    readFileSync(reference('captures', 'this-machine', 'lvm-loop', state, file), 'utf8');

  test.each(states)('%s: sizes in bytes agree with those in MiB of another run', (state) => {
    const groups = parseVolumeGroups(read(state, 'vgs-all.json'));
    const plain = groups.map(({ name, sizeBytes, freeBytes }) =>
      [name, inMib(sizeBytes), inMib(freeBytes)].join('|'),
    );
    expect(plain).toEqual(lines(read(state, 'vgs-plain.txt')));
  });

  test.each(states)(
    '%s: volumes, attributes and counts agree with the table for people',
    (state) => {
      const groups = parseVolumeGroups(read(state, 'vgs-all.json'));
      expect(
        groups.map((vg) => [vg.name, vg.pvCount, vg.lvCount, vg.attributes].map(String)),
      ).toEqual(
        table(read(state, 'vgs.txt')).map(([name, pvs, lvs, , attr]) => [name, pvs, lvs, attr]),
      );
      const physical = parsePhysicalVolumes(read(state, 'pvs.json'));
      const listed = table(read(state, 'pvs.txt')).map((words) => [words[0], words.at(-3)]);
      expect(physical.map(({ name, attributes }) => [name, attributes])).toEqual(listed);
      const logical = parseLogicalVolumes(read(state, 'lvs.json'));
      const named = table(read(state, 'lvs.txt')).map(([name, vg, attributes]) => [
        name,
        vg,
        attributes,
      ]);
      expect(logical.map(({ name, vg, attributes }) => [name, vg, attributes])).toEqual(named);
    },
  );

  test('only the states that mean it are partial, exported or not resizeable', () => {
    const odd = states.flatMap((state) =>
      parseVolumeGroups(read(state, 'vgs-all.json')).flatMap((vg) => [
        ...(vg.partial ? [`${state} ${vg.name} partial`] : []),
        ...(vg.exported ? [`${state} ${vg.name} exported`] : []),
        ...(vg.resizeable ? [] : [`${state} ${vg.name} not resizeable`]),
      ]),
    );
    expect(odd).toEqual([
      '08-not-resizable gnt not resizeable',
      '09-exported xenvg exported',
      '10-missing-pv gnt partial',
    ]);
    const lost = parsePhysicalVolumes(read('10-missing-pv', 'pvs.json')).filter((pv) => pv.missing);
    expect(lost.map(({ name }) => name)).toEqual(['[unknown]']);
  });
});

function lines(text: string): string[] {
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}

function table(text: string): string[][] {
  return lines(text)
    .slice(1)
    .map((line) => line.split(/\s+/));
}

function inMib(bytes: number): string {
  return bytes === 0 ? '0' : (bytes / MIB).toFixed(2);
}
