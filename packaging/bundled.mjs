// Which npm packages became part of a bundle.

/** The folders of the packages that an esbuild metafile names, such as node_modules/zod; sorted. */
export function bundledFolders({ inputs }) {
  const folders = Object.keys(inputs).flatMap((path) => folderOf(path) ?? []);
  return [...new Set(folders)].sort();
}

function folderOf(path) {
  // a checkout may have its node_modules by a link; the last one in a path is the package's own
  return /node_modules\/(?:.*\/node_modules\/)?(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? null;
}
