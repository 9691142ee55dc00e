/** A whole number of seconds by chance, from the least to the most, for a `Retry-After`. */
export function spread(
  { leastSeconds, mostSeconds }: { leastSeconds: number; mostSeconds: number },
  random: () => number = Math.random,
): number {
  return leastSeconds + Math.floor(random() * (mostSeconds - leastSeconds + 1));
}
