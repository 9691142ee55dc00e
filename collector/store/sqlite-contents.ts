import type { Database } from 'better-sqlite3';
import { digestOf, packed, type ReportParts, unpacked } from './report-parts.ts';
import { ofPieces, piecesOf } from './report-text.ts';

interface Id {
  id: number;
}

/** Every statement about the stable parts of reports, each kept once by its content. */
export function contentStatements(db: Database) {
  const skeletonOf = db.prepare<[Buffer], Id>('SELECT id FROM skeletons WHERE digest = ?');
  const addSkeleton = db.prepare<[Buffer, Buffer]>(
    'INSERT INTO skeletons (digest, header) VALUES (?, ?)',
  );
  const sectionOf = db.prepare<[Buffer], Id>('SELECT id FROM sections WHERE digest = ?');
  const addSection = db.prepare<[Buffer, Buffer]>(
    'INSERT INTO sections (digest, body) VALUES (?, ?)',
  );
  const addPart = db.prepare<[number, number, number]>(
    'INSERT INTO skeleton_sections (skeleton_id, position, section_id) VALUES (?, ?, ?)',
  );
  const header = db.prepare<[number], { header: Buffer }>(
    'SELECT header FROM skeletons WHERE id = ?',
  );
  const bodies = db.prepare<[number], { body: Buffer }>(
    `SELECT body FROM skeleton_sections JOIN sections ON sections.id = section_id
     WHERE skeleton_id = ? ORDER BY position`,
  );
  const sectionsOf = db.prepare<[number], Id>(
    'SELECT DISTINCT section_id AS id FROM skeleton_sections WHERE skeleton_id = ?',
  );
  const dropSkeleton = db.prepare<[number]>(
    `DELETE FROM skeletons WHERE id = ?
     AND NOT EXISTS (SELECT 1 FROM reports WHERE skeleton_id = skeletons.id)`,
  );
  const dropSection = db.prepare<[number]>(
    `DELETE FROM sections WHERE id = ?
     AND NOT EXISTS (SELECT 1 FROM skeleton_sections WHERE section_id = sections.id)`,
  );

  function sectionId(text: Buffer): number {
    const digest = digestOf(text);
    const known = sectionOf.get(digest);
    if (known !== undefined) return known.id;
    return Number(addSection.run(digest, packed(text)).lastInsertRowid);
  }

  return {
    /** the id of what is stable of the report, stored when it was not there */
    skeletonId(parts: Pick<ReportParts, 'digest' | 'stable' | 'sections'>): number {
      const known = skeletonOf.get(parts.digest);
      if (known !== undefined) return known.id;
      const pieces = piecesOf(parts);
      const added = addSkeleton.run(parts.digest, packed(pieces.header));
      const id = Number(added.lastInsertRowid);
      for (const [position, text] of pieces.sections.entries()) {
        addPart.run(id, position, sectionId(text));
      }
      return id;
    },

    /** the stable text of a report */
    stable(id: number): string {
      const row = header.get(id);
      const sections = bodies.all(id).map(({ body }) => unpacked(body));
      const text = row === undefined ? null : ofPieces(unpacked(row.header), sections);
      if (text === null) throw new Error(`skeleton ${id} in the store has lost its sections`);
      return text;
    },

    /** takes the skeleton out, and the sections only it had, when no report needs it */
    dropUnused(id: number): void {
      const sections = sectionsOf.all(id);
      if (dropSkeleton.run(id).changes === 0) return;
      for (const section of sections) dropSection.run(section.id);
    },
  };
}

export type ContentStatements = ReturnType<typeof contentStatements>;
