import { changeOf, rowOf, rowsOf, type Session } from './postgres-statements.ts';
import { digestOf, packed, type ReportParts, unpacked } from './report-parts.ts';
import { ofPieces, piecesOf } from './report-text.ts';

interface Id {
  id: number;
}

/** What is stable of a report. */
export type Stable = Pick<ReportParts, 'digest' | 'stable' | 'sections'>;

const skeletonOf = rowOf<Id>('SELECT id FROM skeletons WHERE digest = $1');
const addSkeleton = rowOf<Id>(
  'INSERT INTO skeletons (digest, header) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id',
);
const sectionsOf = rowsOf<Id & { digest: Buffer }>(
  'SELECT id, digest FROM sections WHERE digest = ANY($1::bytea[])',
);
const addSections = changeOf(
  `INSERT INTO sections (digest, body) SELECT * FROM unnest($1::bytea[], $2::bytea[])
   ON CONFLICT DO NOTHING`,
);
const addParts = changeOf(
  `INSERT INTO skeleton_sections (skeleton_id, position, section_id)
   SELECT $1, * FROM unnest($2::integer[], $3::bigint[])`,
);
const headers = rowsOf<Id & { header: Buffer }>(
  'SELECT id, header FROM skeletons WHERE id = ANY($1::bigint[])',
);
const parts = rowsOf<{ skeleton_id: number; section_id: number }>(
  `SELECT skeleton_id, section_id FROM skeleton_sections WHERE skeleton_id = ANY($1::bigint[])
   ORDER BY skeleton_id, position`,
);
const bodies = rowsOf<Id & { body: Buffer }>(
  'SELECT id, body FROM sections WHERE id = ANY($1::bigint[])',
);
const partsOfUnused = rowsOf<Id>(
  'SELECT DISTINCT section_id AS id FROM skeleton_sections WHERE skeleton_id = ANY($1::bigint[])',
);
const dropSkeletons = changeOf(
  `DELETE FROM skeletons WHERE id = ANY($1::bigint[])
   AND NOT EXISTS (SELECT 1 FROM reports WHERE skeleton_id = skeletons.id)`,
);
const dropSections = changeOf(
  `DELETE FROM sections WHERE id = ANY($1::bigint[])
   AND NOT EXISTS (SELECT 1 FROM skeleton_sections WHERE section_id = sections.id)`,
);

/** The id of what is stable of the report, stored when it was not there. */
export async function skeletonId(session: Session, report: Stable): Promise<number> {
  const known = await skeletonOf(session, report.digest);
  if (known !== null) return known.id;
  const pieces = piecesOf(report);
  // Before the skeleton: others wait for what we store in the order of sections, then skeletons.
  const sections = await sectionIds(session, pieces.sections);
  const added = await addSkeleton(session, report.digest, packed(pieces.header));
  if (added === null) return skeletonId(session, report);
  await addParts(session, added.id, [...sections.keys()], sections);
  return added.id;
}

async function sectionIds(session: Session, texts: readonly Buffer[]): Promise<number[]> {
  const digests = texts.map((text) => digestOf(text));
  const byDigest = new Map(digests.map((digest, index) => [hex(digest), texts[index]]));
  const known = await idsByDigest(session, digests);
  // All store them in one order, so that no two wait for each other.
  const fresh = [...byDigest].filter(([digest]) => !known.has(digest)).sort(byFirst);
  if (fresh.length > 0) {
    const added = fresh.map(([digest]) => Buffer.from(digest, 'hex'));
    await addSections(
      session,
      added,
      fresh.map(([, text]) => packed(text ?? Buffer.of())),
    );
    for (const [digest, id] of await idsByDigest(session, added)) known.set(digest, id);
  }
  return digests.map((digest) => {
    const id = known.get(hex(digest));
    if (id === undefined) throw new Error('a section is gone right after it was stored');
    return id;
  });
}

async function idsByDigest(session: Session, digests: Buffer[]): Promise<Map<string, number>> {
  const rows = await sectionsOf(session, digests);
  return new Map(rows.map(({ id, digest }) => [hex(digest), id]));
}

/** The stable texts of skeletons, by their ids. */
export async function stableTexts(
  session: Session,
  skeletons: readonly number[],
): Promise<Map<number, string>> {
  const sectionsOfSkeleton = new Map<number, number[]>();
  for (const { skeleton_id, section_id } of await parts(session, skeletons)) {
    const before = sectionsOfSkeleton.get(skeleton_id);
    if (before === undefined) sectionsOfSkeleton.set(skeleton_id, [section_id]);
    else before.push(section_id);
  }
  const wanted = new Set([...sectionsOfSkeleton.values()].flat());
  const rows = await bodies(session, [...wanted]);
  const texts = new Map(rows.map(({ id, body }) => [id, unpacked(body)]));
  const found = await headers(session, skeletons);
  return new Map(
    found.map(({ id, header }) => {
      const sections = (sectionsOfSkeleton.get(id) ?? []).map((one) => texts.get(one) ?? '');
      const text = ofPieces(unpacked(header), sections);
      if (text === null) throw new Error(`skeleton ${id} in the store has lost its sections`);
      return [id, text];
    }),
  );
}

/** Takes skeletons out, and the sections only they had, when no report needs them. */
export async function dropUnused(session: Session, skeletons: readonly number[]): Promise<void> {
  const sections = await partsOfUnused(session, skeletons);
  if ((await dropSkeletons(session, skeletons)) === 0) return;
  await dropSections(
    session,
    sections.map(({ id }) => id),
  );
}

function hex(digest: Buffer): string {
  return digest.toString('hex');
}

function byFirst([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
