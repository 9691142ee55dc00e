/** The version of both programs; the build and a test hold it equal to package.json's. */
export const VERSION = '0.1.0';

/** The schema of reports: bumped when a field changes or goes; what is new is optional. */
export const REPORT_SCHEMA = 1;

declare const MUSTER_COMMIT: string | undefined;

/** The commit that was built; `unknown` when nothing told the build, or from the sources. */
export const COMMIT = typeof MUSTER_COMMIT === 'string' ? MUSTER_COMMIT : 'unknown';

/** What `--version` prints: `0.1.0 (commit bd2cd4e…, report schema 1)`. */
export const VERSION_TEXT = `${VERSION} (commit ${COMMIT}, report schema ${REPORT_SCHEMA})`;
