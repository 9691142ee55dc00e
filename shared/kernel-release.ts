/**
 * The newest of `releases` that is newer than `running` and of its flavour (amd64, rt-amd64 …), or
 * null. A release of another flavour was installed for another purpose, and is no successor.
 */
export function newerKernel(running: string, releases: readonly string[]): string | null {
  const own = split(running);
  let newest: { release: string; numbers: number[] } | null = null;
  for (const release of releases) {
    const { flavour, numbers } = split(release);
    if (flavour !== own.flavour || compare(numbers, own.numbers) <= 0) continue;
    if (newest === null || compare(numbers, newest.numbers) > 0) newest = { release, numbers };
  }
  return newest?.release ?? null;
}

/** `6.1.0-41-cloud-amd64` is 6.1.0.41 in the flavour cloud-amd64. */
function split(release: string): { flavour: string; numbers: number[] } {
  const parts = release.split(/[-.+~]/);
  const word = parts.findIndex((part) => !/^\d+$/.test(part));
  const end = word < 0 ? parts.length : word;
  // the release of the distribution that it was built for says nothing of its flavour
  const flavour = parts.slice(end).filter((part) => !/^(?:deb|el|fc)\d/.test(part));
  return { flavour: flavour.join('-'), numbers: parts.slice(0, end).map(Number) };
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
