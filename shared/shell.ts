import { shellWord } from './cpu/cpu-type.ts';
import type { PlanLine } from './install-plan.ts';

/** A command for a POSIX shell: every word comes back from it exactly as it was given. */
export function shellLine(argv: readonly string[]): string {
  return argv.map(shellWord).join(' ');
}

/** A line of a plan for a POSIX shell. */
export function shellOf(line: PlanLine): string {
  if (line.do === 'write') {
    return `${shellLine(['printf', '%s\\n', ...line.lines])} > ${shellWord(line.file)}`;
  }
  if (line.do === 'append') {
    const file = shellWord(line.file);
    const test = `${shellLine(['grep', '-qxF', '-e', line.lines[0] ?? ''])} ${file}`;
    return `${test} || ${shellLine(['printf', '%s\\n', ...line.lines])} >> ${file}`;
  }
  const command = shellLine(line.argv);
  return line.unless === null ? command : `${shellLine(line.unless)} >/dev/null 2>&1 || ${command}`;
}

/** A list option of Ganeti: it splits at commas and takes `\,` for a literal one. */
export function ganetiList(head: string, pairs: readonly (readonly [string, string])[]): string {
  const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll(',', '\\,');
  return `${head}:${pairs.map(([key, value]) => `${key}=${escaped(value)}`).join(',')}`;
}
