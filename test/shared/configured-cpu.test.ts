import { describe, expect, test } from 'vitest';
import { judgeAdded, missingFeatures, parseCpuType } from '../../shared/configured-cpu.ts';

const plain = { added: [], removed: [], enforced: false, properties: [] };

describe('parseCpuType', () => {
  test.each([
    ['', { ...plain, text: '', model: '' }],
    ['host', { ...plain, text: 'host', model: 'host' }],
    [
      'EPYC-v3,+pcid,-xsaves,aes=off,x2apic=on,enforce',
      {
        text: 'EPYC-v3,+pcid,-xsaves,aes=off,x2apic=on,enforce',
        model: 'EPYC-v3',
        added: ['pcid', 'x2apic'],
        removed: ['xsaves', 'aes'],
        enforced: true,
        properties: [],
      },
    ],
    [
      'SapphireRapids-v3\\,-hle\\,-rtm',
      {
        ...plain,
        text: 'SapphireRapids-v3,-hle,-rtm',
        model: 'SapphireRapids-v3',
        removed: ['hle', 'rtm'],
      },
    ],
    [
      'EPYC,check,enforce=off,level=13,,',
      {
        ...plain,
        text: 'EPYC,check,enforce=off,level=13,,',
        model: 'EPYC',
        properties: ['level=13'],
      },
    ],
  ])('takes %j apart', (text, expected) => {
    expect(parseCpuType(text)).toEqual(expected);
  });
});

describe('features', () => {
  const definition = {
    name: 'M',
    aliasOf: null,
    unavailable: ['sse4.1', 'pni', 'avx512-vnni'],
    deprecated: false,
    migrationSafe: true,
  };

  test('taken off in any spelling are not missed', () => {
    expect(missingFeatures(definition, ['sse4_1', 'sse3', 'avx512_vnni'])).toEqual([]);
    expect(missingFeatures(definition, ['sse4', 'avx512'])).toEqual(definition.unavailable);
  });

  test('are not known when QEMU does not say', () => {
    expect(missingFeatures({ ...definition, unavailable: null }, [])).toBe(null);
  });

  test('added are there, missing, or untold', () => {
    const host = { pni: true, 'sse4.1': true, hle: false, invtsc: false, family: 6 };
    expect(judgeAdded(['sse3', 'sse4_1', 'ht', 'hle', 'invtsc', 'family', 'new'], host)).toEqual({
      missing: ['hle'],
      untold: ['invtsc', 'family', 'new'],
    });
  });
});
