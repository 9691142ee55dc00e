/** What a command line asks of a collector. */
export interface CommandQuestion {
  /** where the collector is reached */
  origin: string;
  cluster: string;
  gate: string;
  drain: readonly string[];
  join: readonly { cluster: string; node: string }[];
}

/** The commands that ask the same question from a shell; safe to paste whatever the names are. */
export function gateCommand({ origin, cluster, gate, join, drain }: CommandQuestion): string {
  const reports = join.map((_, index) => `joining-${index + 1}.json`);
  const fetches = join.map(({ cluster: of, node }, index) => {
    const path = `/api/v1/clusters/${encodeURIComponent(of)}/nodes/${encodeURIComponent(node)}`;
    const head = `-H "Authorization: Bearer $(cat reader.token)"`;
    return `curl -fsS ${head} ${quoted(origin + path)} | jq .report > ${reports[index] ?? ''}`;
  });
  const verify = [
    'muster verify',
    `--gate ${quoted(gate)}`,
    ...reports.map((file) => `--join ${file}`),
    ...drain.map((node) => `--drain ${quoted(node)}`),
    `--collector ${quoted(origin)}`,
    '--token-file reader.token',
    `--cluster ${quoted(cluster)}`,
  ];
  return [...fetches, verify.join(' ')].join('\n');
}

/** A word of a POSIX shell; what a terminal would act on when pasted is taken out of it. */
export function quoted(word: string): string {
  const plain = word.replaceAll(/\p{Cc}/gu, '\ufffd');
  if (/^[\w@%+=:,./-]+$/.test(plain)) return plain;
  return `'${plain.replaceAll("'", "'\\''")}'`;
}
