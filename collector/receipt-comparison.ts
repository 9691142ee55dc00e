import type { Receipt, ReceiptInput } from './receipt.ts';

/** What deriving an answer again has shown: what is not as recorded, and what was not at hand. */
export interface Comparison {
  differs: string[];
  missing: string[];
}

/** What of the inputs was at hand besides reports. */
export interface AtHand {
  /** a policy was named, or the collector gave one */
  policy: boolean;
  waivers: boolean;
}

/**
 * How the receipt derived anew differs from the one recorded. When an input is missing nothing is
 * said of the answer: it could not be derived from the rest.
 */
export function compareReceipts(recorded: Receipt, derived: Receipt, atHand: AtHand): Comparison {
  const inputs = both(
    compareReports(recorded.inputs.reports, derived.inputs.reports),
    compareSettings(recorded, derived, atHand),
  );
  if (inputs.missing.length > 0) return inputs;
  return { differs: [...inputs.differs, ...compareAnswers(recorded, derived)], missing: [] };
}

function compareReports(
  recorded: readonly ReceiptInput[],
  derived: readonly ReceiptInput[],
): Comparison {
  const lacking = recorded.filter((one) => !derived.some((other) => sameInput(one, other)));
  const added = derived.filter((one) => !recorded.some((other) => sameInput(one, other)));
  const changed = lacking.filter((one) => added.some((other) => sameName(one, other)));
  const extra = added.filter((one) => !changed.some((other) => sameName(one, other)));
  return {
    differs: [
      ...changed.map((one) => `${nameOf(one)}: it does not say what it said then`),
      ...extra.map((one) => `${nameOf(one)}: it was not among the reports then`),
    ],
    missing: lacking.filter((one) => !changed.includes(one)).map(nameOf),
  };
}

function compareSettings(
  recorded: Receipt,
  derived: Receipt,
  { policy, waivers }: AtHand,
): Comparison {
  const result: Comparison = { differs: [], missing: [] };
  if (recorded.version !== derived.version) {
    result.differs.push(`the program: then ${recorded.version}, now ${derived.version}`);
  }
  if (recorded.rules !== derived.rules) result.differs.push('the rule set: its digest is another');
  if (recorded.inputs.policy !== derived.inputs.policy) {
    if (policy) result.differs.push('the policy: its digest is another');
    else result.missing.push("the policy (--policy): it was not the guide's values");
  }
  if (recorded.inputs.waivers !== derived.inputs.waivers) {
    if (waivers || recorded.inputs.waivers === null) {
      result.differs.push(
        recorded.inputs.waivers === null
          ? 'the waivers: there were none then'
          : 'the waivers: their digest is another',
      );
    } else result.missing.push('the waivers (--waivers)');
  }
  return result;
}

function compareAnswers(recorded: Receipt, derived: Receipt): string[] {
  const [was, is] = [recorded.answer, derived.answer];
  const differs: string[] = [];
  if (was.state !== is.state)
    differs.push(`the verdict: recorded ${was.state}, derived ${is.state}`);
  if (was.exit !== is.exit || was.code !== is.code) {
    differs.push(`the exit: recorded ${was.exit} (${was.code}), derived ${is.exit} (${is.code})`);
  }
  if (was.digest !== is.digest) differs.push('the answer: its findings or nodes are others');
  return differs;
}

function both(a: Comparison, b: Comparison): Comparison {
  return { differs: [...a.differs, ...b.differs], missing: [...a.missing, ...b.missing] };
}

function sameInput(a: ReceiptInput, b: ReceiptInput): boolean {
  return sameName(a, b) && a.digest === b.digest;
}

function sameName(a: ReceiptInput, b: ReceiptInput): boolean {
  return a.node === b.node && a.collectedAt === b.collectedAt && a.joining === b.joining;
}

function nameOf({ node, collectedAt, joining }: ReceiptInput): string {
  return `the report of ${joining ? 'joining ' : ''}${node} of ${collectedAt}`;
}
