/** The commit that is built; see commit.mjs. */
export function sourceCommit(
  root: string,
  env?: Readonly<Record<string, string | undefined>>,
): string;
