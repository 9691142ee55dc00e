import { visible } from '../../../shared/render/safe.ts';
import { listed } from '../../../shared/wording.ts';
import type { MachineChoice, MachineVersionAnswer } from '../machine-version.ts';

/** The answer as a person reads it. */
export function machineVersionText(answer: MachineVersionAnswer): string {
  const { unknown, i440fx, q35, command, distributionNames, defaults, qemus } = answer;
  const lines = [
    headline(unknown, i440fx),
    ...(command === null ? [] : [`  ${command}`]),
    ...(q35 ? [`  q35 apart, which Ganeti does not support properly: ${choice(q35)}`] : []),
    ...distributionNames.map(
      ({ name, nodes }) => `  ${name} is a distribution's own name, only on ${listed(nodes)}`,
    ),
    ...(defaults.length > 1
      ? defaults.map(
          ({ machine, nodes }) => `  without it: ${machine ?? 'no default'} on ${listed(nodes)}`,
        )
      : []),
    ...(qemus.length > 1 ? ['  guests may move from an older QEMU to a newer one only:'] : []),
    ...(qemus.length > 1
      ? qemus.map(({ version, nodes }) => `    ${version ?? 'not known'}: ${listed(nodes)}`)
      : []),
  ];
  return `${lines.map((line) => visible(line)).join('\n')}\n`;
}

function headline(unknown: readonly string[], i440fx: MachineChoice | null): string {
  if (unknown.length > 0) {
    return `Undecided: the machine types of ${listed(unknown)} are not known.`;
  }
  if (!i440fx) return 'No versioned pc-i440fx machine type is common to all nodes.';
  return `Recommended machine_version: ${choice(i440fx)}`;
}

function choice({ machine, deprecated, distributionOnly }: MachineChoice): string {
  const notes = [
    ...(deprecated ? ['deprecated by some QEMU'] : []),
    ...(distributionOnly ? ["a distribution's own: no upstream QEMU has it"] : []),
  ];
  return notes.length === 0 ? machine : `${machine} (${notes.join('; ')})`;
}
