const NAMES_LISTED_MAX = 12;

/** `1 node`, `3 nodes`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`; a very long list ends with how many more there are. */
export function listed(names: readonly string[]): string {
  const shown =
    names.length > NAMES_LISTED_MAX
      ? [...names.slice(0, NAMES_LISTED_MAX), `${names.length - NAMES_LISTED_MAX} more`]
      : names;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}
