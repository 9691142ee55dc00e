/** The version of both programs; the build and a test hold it equal to package.json's. */
export const VERSION = '0.1.0';
