import { endOfValue } from './json-bytes.ts';
import { digestOf, type ReportParts, volatilesOf } from './report-parts.ts';
import { type ReportText, type Schemas, splitReport, VOLATILE } from './report-text.ts';

/** Where a report was cut: enough to cut the next one of its node without reading all of it. */
export interface ReportShape {
  /** of all that is stable */
  digest: Buffer;
  /** bytes of stable text before, between and after the volatile values */
  pieces: readonly number[];
  schemas: readonly Schemas[];
}

/** Takes a report apart as an earlier one was; null: something stable is not as it was then. */
export type Cutter = (json: Buffer, shape: ReportShape) => ReportParts | null;

/** The shape of a report that was taken apart. */
export function shapeOf({ stable, schemas, digest }: ReportParts): ReportShape {
  const pieces: number[] = [];
  let from = 0;
  for (const _ of schemas) {
    const mark = stable.indexOf(VOLATILE, from);
    pieces.push(mark - from);
    from = mark + 1;
  }
  return { digest, pieces: [...pieces, stable.length - from], schemas };
}

/**
 * Makes a cutter. That everything lies where it lay is a guess, and the digest, which is needed
 * anyway, tells whether it was right. To find out where it lies takes several times as long.
 */
export function cutter(): Cutter {
  // One for all: memory taken for each report anew is what the garbage collector is busy with.
  let scratch = Buffer.alloc(0);

  return (json, { digest, pieces, schemas }) => {
    if (json.includes(VOLATILE)) return null;
    if (scratch.length < json.length + pieces.length) {
      scratch = Buffer.allocUnsafeSlow(json.length + pieces.length);
    }
    const values: string[] = [];
    let from = 0;
    let to = 0;
    for (const [index, length] of pieces.entries()) {
      to += json.copy(scratch, to, from, from + length);
      from += length;
      if (index === schemas.length) break;
      const end = endOfValue(json, from);
      values.push(json.toString('utf8', from, end));
      scratch[to] = VOLATILE;
      to += 1;
      from = end;
    }
    if (from !== json.length || !digestOf(scratch.subarray(0, to)).equals(digest)) return null;
    return partsOfCut(json, { digest, values, schemas });
  };
}

/** The text is split only when the store has not got it: hardly ever. */
function partsOfCut(
  json: Buffer,
  cut: Pick<ReportParts, 'digest' | 'values' | 'schemas'>,
): ReportParts {
  let text: ReportText | null = null;
  const split = () => {
    text ??= splitReport(json);
    return text;
  };
  return {
    ...cut,
    volatiles: volatilesOf(cut.values),
    get stable() {
      return split().stable;
    },
    get sections() {
      return split().sections;
    },
  };
}
