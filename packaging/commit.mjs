// The commit that is built, for `--version`: reproducible, for it depends on the sources alone.
import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';

/**
 * SOURCE_COMMIT when it is set, as in a build from a source package; else what git says of `root`,
 * with "-changed" when files differ from it; `unknown` outside git.
 */
export function sourceCommit(root, env = process.env) {
  if (env.SOURCE_COMMIT) return env.SOURCE_COMMIT;
  const top = git(root, ['rev-parse', '--show-toplevel']);
  // a source tree unpacked inside of another project's repository is not of its commit
  if (top === null || realpathSync(top) !== realpathSync(root)) return 'unknown';
  const commit = git(root, ['rev-parse', 'HEAD']);
  if (commit === null) return 'unknown';
  const changed = git(root, ['status', '--porcelain', '--untracked-files=no']);
  return changed === '' ? commit : `${commit}-changed`;
}

function git(root, args) {
  const done = spawnSync('git', ['-C', root, ...args], { encoding: 'utf8', timeout: 20_000 });
  return done.status === 0 ? done.stdout.trim() : null;
}
