import { globMatches } from '../../shared/glob.ts';

/** What `bridge_ports all` stands for in Debian. */
const ALL = ['eth.*', 'em.*', 'en.*', 'p[0-9].*'];

/**
 * The ports that the words of `bridge_ports` name: interfaces, `none`, `all`, and what follows
 * `regex` up to `noregex`, held to the interfaces `present`. Null when a word is not understood.
 */
export function namedPorts(words: readonly string[], present: readonly string[]): string[] | null {
  const ports = new Set<string>();
  let mode: 'name' | 'regex' | 'glob' = 'name';
  for (const word of words) {
    if (word === 'regex' || word === 'glob') mode = word;
    else if (word === 'noregex' || word === 'noglob') mode = 'name';
    else if (word === 'all')
      add(
        ports,
        ALL.flatMap((one) => matching(one, present) ?? []),
      );
    else if (mode === 'name' && word !== 'none') ports.add(word);
    else if (mode !== 'name') {
      const found = mode === 'regex' ? matching(word, present) : globbed(word, present);
      if (found === null) return null;
      add(ports, found);
    }
  }
  return [...ports];
}

function add(ports: Set<string>, names: readonly string[]): void {
  for (const name of names) ports.add(name);
}

/** Only what means the same to grep and here: no groups, so that no pattern can run away either. */
const PLAIN_REGEX = /^[\w.:@^$*+?[\]-]{1,60}$/;

function matching(pattern: string, present: readonly string[]): string[] | null {
  if (!PLAIN_REGEX.test(pattern)) return null;
  try {
    const whole = new RegExp(`^(?:${pattern})$`);
    return present.filter((name) => whole.test(name));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** ifupdown2 has ranges of its own (`swp[1-10]`), which are not read here. */
function globbed(pattern: string, present: readonly string[]): string[] | null {
  return /^[\w.*?-]+$/.test(pattern) && /[*?]/.test(pattern)
    ? present.filter((name) => globMatches(pattern, name))
    : null;
}
