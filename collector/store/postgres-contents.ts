import { changeOf, rowsOf, type Session } from './postgres-statements.ts';
import { digestOf, packed, type ReportParts, unpacked } from './report-parts.ts';
import { ofPieces, piecesOf } from './report-text.ts';

interface Id {
  id: number;
}

interface Stored extends Id {
  digest: Buffer;
}

/** What is stable of a report. */
export type Stable = Pick<ReportParts, 'digest' | 'stable' | 'sections'>;

const skeletonsOf = rowsOf<Stored>(
  `SELECT id, digest FROM skeletons WHERE digest = ANY($1::bytea[]) ORDER BY id FOR KEY SHARE`,
);
const addSkeletons = rowsOf<Stored>(
  `INSERT INTO skeletons (digest, header) SELECT * FROM unnest($1::bytea[], $2::bytea[])
   ON CONFLICT DO NOTHING RETURNING id, digest`,
);
const sectionsOf = rowsOf<Stored>(
  'SELECT id, digest FROM sections WHERE digest = ANY($1::bytea[])',
);
const addSections = changeOf(
  `INSERT INTO sections (digest, body) SELECT * FROM unnest($1::bytea[], $2::bytea[])
   ON CONFLICT DO NOTHING`,
);
const addParts = changeOf(
  `INSERT INTO skeleton_sections (skeleton_id, position, section_id)
   SELECT * FROM unnest($1::bigint[], $2::integer[], $3::bigint[])
     AS part (skeleton, place, section)
   ORDER BY section`,
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
const lockSkeletons = rowsOf(
  'SELECT id FROM skeletons WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE',
);
const dropSkeletons = changeOf(
  `DELETE FROM skeletons WHERE id = ANY($1::bigint[])
   AND NOT EXISTS (SELECT 1 FROM reports WHERE skeleton_id = skeletons.id)`,
);
const lockSections = rowsOf(
  'SELECT id FROM sections WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE',
);
const dropSections = changeOf(
  `DELETE FROM sections WHERE id = ANY($1::bigint[])
   AND NOT EXISTS (SELECT 1 FROM skeleton_sections WHERE section_id = sections.id)`,
);

/** Ids by digests in hex. */
export type Ids = ReadonlyMap<string, number>;

/**
 * The ids of those of the skeletons that are stored; they stay at least until the transaction ends.
 */
export async function knownSkeletons(session: Session, digests: readonly Buffer[]): Promise<Ids> {
  return idsOf(await skeletonsOf(session, digests));
}

/** The id of what is stable of the report, stored when it was not there. */
export async function skeletonId(session: Session, report: Stable): Promise<number> {
  const known = await knownSkeletons(session, [report.digest]);
  const ids = await storeSkeletons(session, [report], known);
  const id = ids.get(hex(report.digest));
  if (id === undefined) throw new Error('a skeleton is gone right after it was stored');
  return id;
}

/**
 * Stores what is stable of those reports that are not known, and gives the ids of all. Whoever
 * takes locks takes them in this order: skeletons there are, by id; new sections, then new
 * skeletons, by digest; what new skeletons are made of, by id. So no two wait for each other.
 */
export async function storeSkeletons(
  session: Session,
  reports: readonly Stable[],
  known: Ids,
): Promise<Ids> {
  const missing = new Map<string, Stable>();
  for (const report of reports) {
    if (!known.has(hex(report.digest))) missing.set(hex(report.digest), report);
  }
  if (missing.size === 0) return known;
  const pieces = new Map([...missing].sort(byFirst).map(([key, one]) => [key, piecesOf(one)]));
  const sections = await storeSections(
    session,
    [...pieces.values()].flatMap((one) => one.sections),
  );
  const added = await addSkeletons(
    session,
    [...pieces.keys()].map(ofHex),
    [...pieces.values()].map(({ header }) => packed(header)),
  );
  const parts = added.flatMap(({ id, digest }) => {
    const own = pieces.get(hex(digest));
    if (own === undefined) throw new Error('a skeleton was stored that nobody brought');
    return own.sections.map((text, place) => [
      id,
      place,
      sections.get(hex(digestOf(text))) ?? null,
    ]);
  });
  await addParts(session, ...[0, 1, 2].map((column) => parts.map((part) => part[column] ?? null)));
  const others = [...pieces.keys()].filter((key) => !idsOf(added).has(key)).map(ofHex);
  const stored = new Map([...known, ...idsOf(added), ...(await knownSkeletons(session, others))]);
  // Retention may have taken out what another one was quicker to store.
  return storeSkeletons(session, reports, stored);
}

async function storeSections(session: Session, texts: readonly Buffer[]): Promise<Ids> {
  const byDigest = new Map(texts.map((text) => [hex(digestOf(text)), text]));
  const ids = idsOf(await sectionsOf(session, [...byDigest.keys()].map(ofHex)));
  const fresh = [...byDigest].filter(([digest]) => !ids.has(digest)).sort(byFirst);
  if (fresh.length === 0) return ids;
  await addSections(
    session,
    fresh.map(([digest]) => ofHex(digest)),
    fresh.map(([, text]) => packed(text)),
  );
  return storeSections(session, texts);
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
  // The locks first: who deletes sees what those stored who had them before.
  await lockSkeletons(session, skeletons);
  const sections = (await partsOfUnused(session, skeletons)).map(({ id }) => id);
  if ((await dropSkeletons(session, skeletons)) === 0) return;
  await lockSections(session, sections);
  await dropSections(session, sections);
}

function idsOf(rows: readonly Stored[]): Map<string, number> {
  return new Map(rows.map(({ id, digest }) => [hex(digest), id]));
}

function hex(digest: Buffer): string {
  return digest.toString('hex');
}

function ofHex(digest: string): Buffer {
  return Buffer.from(digest, 'hex');
}

function byFirst([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
