import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { formatCpuType, hypervisorOption, shellWord } from '../../../shared/cpu/cpu-type.ts';

describe('a cpu_type in writing', () => {
  test('is the model, what is removed, what is added, and enforce', () => {
    const type = { model: 'SapphireRapids-v3', add: ['stibp'], remove: ['hle', 'rtm'] };
    expect(formatCpuType({ ...type, enforce: true })).toBe(
      'SapphireRapids-v3,-hle,-rtm,+stibp,enforce',
    );
    expect(formatCpuType({ model: 'Haswell-v4', add: [], remove: [], enforce: false })).toBe(
      'Haswell-v4',
    );
  });

  test('is escaped for the shell and for the way Ganeti splits options', () => {
    const option = hypervisorOption('cpu_type', 'Model,-hle,+x,enforce');
    expect(option).toBe(String.raw`cpu_type='Model\,-hle\,+x\,enforce'`);
    const word = execFileSync('sh', ['-c', `printf %s kvm:${option}`], { encoding: 'utf8' });
    expect(ganetiSplit(word)).toEqual(['kvm:cpu_type=Model,-hle,+x,enforce']);
  });

  test.each(['node1.example.org', "it's; rm -rf /", 'a b', '$(x)', '`x`', 'a\nb'])(
    'the word %j reaches a command as it is',
    (text) => {
      const command = `printf %s ${shellWord(text)}`;
      expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe(text);
    },
  );
});

/** Ganeti's rule: a comma splits, except after a backslash, which goes away. */
function ganetiSplit(text: string): string[] {
  return text.split(/(?<!\\),/).map((part) => part.replaceAll('\\,', ','));
}
