/** A recorded text, and the file or command it came from. */
export interface Source {
  name: string;
  text: string;
}

/** Words of one kind and what each is replaced by, where it stands between given neighbours. */
export interface Replacements {
  words: ReadonlyMap<string, string>;
  /** pattern of what must not stand before a word */
  notAfter: string;
  /** pattern of what must not stand behind a word */
  notBefore: string;
}

/** Replaces all words in one pass, so that nothing that was put in is replaced again. */
export function swapper(kinds: readonly Replacements[]): (text: string) => string {
  const filled = kinds.filter(({ words }) => words.size > 0);
  if (filled.length === 0) return (text) => text;
  const words = new Map(filled.flatMap((kind) => [...kind.words]));
  const pattern = new RegExp(filled.map(patternOf).join('|'), 'g');
  return (text) => text.replace(pattern, (word) => words.get(word) ?? word);
}

/** Each different match of `pattern` in the sources (its first group, when it has one), sorted. */
export function matches(sources: readonly Source[], pattern: RegExp): string[] {
  const found = sources.flatMap(({ text }) =>
    [...text.matchAll(pattern)].map((match) => match[1] ?? match[0]),
  );
  return [...new Set(found)].sort();
}

/** A number as so many hexadecimal digits. */
export function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0');
}

function patternOf({ words, notAfter, notBefore }: Replacements): string {
  const longestFirst = [...words.keys()].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const choice = longestFirst.map(escaped).join('|');
  return `(?<!${notAfter})(?:${choice})(?!${notBefore})`;
}

function escaped(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
