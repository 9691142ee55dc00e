/** The numbers of a version, such as [7, 2, 22]. */
export type Version = readonly number[];

/** The leading numbers of `7.2.22`, `6.1.0-18-amd64` …; null when it begins with none. */
export function parseVersion(text: string): Version | null {
  const match = /^\s*(\d+(?:\.\d+)*)/.exec(text);
  return match?.[1] ? match[1].split('.').map(Number) : null;
}

/** Negative when `a` is the older; a missing number counts as 0. */
export function compareVersions(a: Version, b: Version): number {
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
