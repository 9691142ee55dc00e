import { describe, expect, test } from 'vitest';
import { judgeModels } from '../../../shared/cpu/runnable.ts';
import {
  cpuFacts,
  evidence,
  helpOnly,
  knownModels,
  noQemu,
  osFacts,
  qmpAnswered,
} from './hosts.ts';

const os = osFacts('6.12.0-1-amd64');
const cpu = cpuFacts({
  ...{ vendor: 'GenuineIntel', family: 6, model: 106 },
  flags: ['lm', 'avx512f'],
  bugs: [],
  vulnerabilities: { gather_data_sampling: 'Not affected' },
});

describe('the models of a host', () => {
  test('are those of the planned QEMU where none is installed', () => {
    const host = evidence({ cpu, os, qemu: noQemu() });
    const models = knownModels(judgeModels(host, '7.2'));
    expect([models.evidence, models.qemu, models.verdicts.size]).toEqual(['computed', [7, 2], 75]);
    expect(judgeModels(host, '4.2')).toEqual({
      evidence: 'none',
      reason: 'there is no table of the models of QEMU 4.2',
    });
  });

  test('a flag that the QEMU does not take is not offered, whatever the CPU has', () => {
    const offered = (planned: string) =>
      knownModels(judgeModels(evidence({ cpu, os, qemu: noQemu() }), planned)).offered('gds-no');
    expect([offered('7.2'), offered('10.0')]).toEqual(['no', 'yes']);
    const listed = evidence({ cpu, os, qemu: helpOnly('10.0.0', ['Haswell-v4'], ['avx512f']) });
    const models = knownModels(judgeModels(listed, '7.2'));
    expect([models.offered('avx512f'), models.offered('gds-no')]).toEqual(['yes', 'no']);
    expect([...models.verdicts.keys()]).toEqual(['Haswell-v4']);
  });

  test('are not known without facts about CPU or QEMU', () => {
    const reason = (given: Parameters<typeof evidence>[0]) => {
      const models = judgeModels(evidence(given), '7.2');
      return models.evidence === 'none' ? models.reason : models.evidence;
    };
    expect(reason({})).toBe('no facts about its CPU');
    expect(reason({ cpu })).toBe('no facts about its QEMU');
    expect(
      reason({ cpu: cpuFacts({ vendor: 'GenuineIntel', family: 6, model: 1, flags: [] }) }),
    ).toBe('its CPU shows no flags');
  });

  test('QEMU’s own word goes before the flags, and a name it lacks is no model of the host', () => {
    const usable = {
      'Haswell-v4': ['sse4_1', 'sse4-1', 'pcid'],
      Haswell: [],
      'Penryn-v1': [],
      host: [],
    };
    const qemu = qmpAnswered({ usable, aliases: { Haswell: 'Haswell-v1' }, host: ['pcid'] });
    const models = knownModels(judgeModels(evidence({ cpu, os, qemu }), '7.2'));
    expect([...models.verdicts]).toEqual([
      [
        'Haswell-v4',
        { verdict: 'not', missing: ['pcid', 'sse4.1'], unknown: [], evidence: 'proven' },
      ],
      ['Penryn-v1', { verdict: 'runnable', missing: [], unknown: [], evidence: 'proven' }],
    ]);
    expect([models.offered('pcid'), models.offered('avx512f')]).toEqual(['yes', 'no']);
  });

  test('an old QEMU without versions is understood, and its spelling kept', () => {
    const qemu = qmpAnswered({ version: '3.1.0', usable: { 'Haswell-noTSX-IBRS': [] } });
    const models = knownModels(judgeModels(evidence({ cpu, os, qemu }), '7.2'));
    expect([...models.spellings]).toEqual([['Haswell-v4', 'Haswell-noTSX-IBRS']]);
    expect(models.offered('pcid')).toBe('unknown');
  });
});
