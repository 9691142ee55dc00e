/** The known name nearest to `name` (case is ignored first), or null when none is near. */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  const wanted = simplify(name);
  // A Map's keys() can be gone through only once
  const names = [...candidates];
  for (const candidate of names) {
    const distance = editDistance(wanted, simplify(candidate));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  const limit = Math.max(2, Math.floor(name.length / 3));
  if (bestDistance <= limit) return best;
  return byPrefix(wanted, names);
}

/** `CascadeLake` is no near miss of `Cascadelake-Server` by edits, but it begins it. */
function byPrefix(wanted: string, candidates: readonly string[]): string | null {
  if (wanted.length < 3) return null;
  const matches = candidates.filter((candidate) => simplify(candidate).startsWith(wanted));
  return matches.sort((a, b) => a.length - b.length || (a < b ? -1 : 1))[0] ?? null;
}

function simplify(text: string): string {
  return text.toLowerCase().replaceAll(/[-_ .]/g, '');
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
