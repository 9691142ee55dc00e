/** What hcheck counts before any move. */
export interface Hcheck {
  n1Fail: number;
  /** null: this release does not count it */
  gn1Fail: number | null;
  needRebalance: boolean;
}

/** The answer of `hcheck --machine-readable`; null when it did not come to its end. */
export function parseHcheck(text: string): Hcheck | null {
  const values = assignments(text);
  const n1Fail = whole(values.get('HCHECK_INIT_CLUSTER_N1_FAIL'));
  if (values.get('HCHECK_OK') !== '1' || n1Fail === null) return null;
  return {
    n1Fail,
    gn1Fail: whole(values.get('HCHECK_INIT_CLUSTER_GN1_FAIL')),
    needRebalance: values.get('HCHECK_INIT_CLUSTER_NEED_REBALANCE') === '1',
  };
}

/** How many more instances of the standard size fit, and what stops the next. */
export interface Hspace {
  newInstances: number;
  limit: string | null;
}

/** The answer of `hspace --machine-readable`; null when it did not come to its end. */
export function parseHspace(text: string): Hspace | null {
  const values = assignments(text);
  const newInstances = whole(values.get('HTS_ALLOC_COUNT') ?? values.get('HTS_ALLOC_INSTANCES'));
  if (values.get('HTS_OK') !== '1' || newInstances === null) return null;
  return { newInstances, limit: values.get('HTS_ALLOC_FAIL_REASON') ?? null };
}

/** The groups of hroller, a line each; null when it printed no heading. */
export function parseHroller(text: string): string[][] | null {
  const [head, ...lines] = text.split('\n');
  if (head === undefined || !/reboot groups/i.test(head)) return null;
  return lines.filter((line) => line.trim() !== '').map((line) => line.trim().split(','));
}

function assignments(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/^([A-Z0-9_]+)=('?)([^'\n]*)\2$/gm)].map((match) => [
      match[1] ?? '',
      match[3] ?? '',
    ]),
  );
}

function whole(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
