/** The string for `-cpu`, and for the JSON of Ganeti's RAPI. */
export function formatCpuType(type: {
  model: string;
  add: readonly string[];
  remove: readonly string[];
  enforce: boolean;
}): string {
  return [
    type.model,
    ...type.remove.map((feature) => `-${feature}`),
    ...type.add.map((feature) => `+${feature}`),
    ...(type.enforce ? ['enforce'] : []),
  ].join(',');
}

/**
 * One `-H` value for a shell: Ganeti splits option lists at commas and takes `\,` for a literal
 * one; the single quotes keep the shell from taking the backslash.
 */
export function hypervisorOption(key: string, value: string): string {
  return `${key}=${shellQuoted(value.replaceAll('\\', '\\\\').replaceAll(',', '\\,'))}`;
}

/** A word for a POSIX shell; left as it is when it holds nothing special. */
export function shellWord(text: string): string {
  return /^[A-Za-z0-9._:/@%+=-]+$/.test(text) ? text : shellQuoted(text);
}

function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
