/** Whether the whole `text` is as `pattern` has it: `*` any characters, `?` just one. */
export function globMatches(pattern: string, text: string): boolean {
  let at = 0;
  let here = 0;
  // Where the last * stands and how much it has taken: only it ever needs to take more, so the
  // work is bounded by the product of the lengths whatever the pattern.
  let star = -1;
  let taken = 0;
  while (here < text.length) {
    if (pattern[at] === '*') {
      star = at;
      taken = here;
      at += 1;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[here])) {
      at += 1;
      here += 1;
    } else if (star >= 0) {
      taken += 1;
      at = star + 1;
      here = taken;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}

/** Whether a name is a pattern of several names. */
export function isGlob(name: string): boolean {
  return /[*?]/.test(name);
}
