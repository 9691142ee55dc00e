// `npm run package`: dist-deb/muster-agent_*.deb and muster-collector_*.deb, with debhelper, and the
// same bytes each time. `--out FOLDER` puts them elsewhere.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { copyrightText } from './copyright.mjs';
import { debianChangelog } from './debian-changelog.mjs';
import { ensureBuilt, ensureInstalled, root, run, stop } from './steps.mjs';

/** What `require('better-sqlite3')` reads, and nothing of how it was built. */
const NATIVE = [
  'better-sqlite3/package.json',
  'better-sqlite3/lib',
  'better-sqlite3/build/Release/better_sqlite3.node',
  'bindings/package.json',
  'bindings/bindings.js',
  'file-uri-to-path/package.json',
  'file-uri-to-path/index.js',
];
/** ABI of Node 20: the module was compiled for the Node that runs this. */
const COLLECTOR_NODE = '20';
/** Where each shell looks for completions. */
const SHELLS = {
  bash: 'usr/share/bash-completion/completions',
  zsh: 'usr/share/zsh/vendor-completions',
  fish: 'usr/share/fish/vendor_completions.d',
};

const { values: options } = parseArgs({
  options: { out: { type: 'string', default: join(root, 'dist-deb') } },
});
if (process.versions.node.split('.')[0] !== COLLECTOR_NODE) {
  stop(`the collector's package is for Node ${COLLECTOR_NODE}, this is ${process.version}`);
}
if (spawnSync('dh', ['--version']).error) stop('needs debhelper: apt-get install debhelper');
ensureInstalled();
ensureBuilt();

const epoch = sourceDateEpoch();
const scratch = mkdtempSync(join(tmpdir(), 'muster-package-'));
try {
  const tree = join(scratch, 'muster');
  assemble(tree);
  const env = { ...process.env, SOURCE_DATE_EPOCH: epoch, LC_ALL: 'C' };
  const stdio = ['ignore', 2, 2];
  run('dpkg-buildpackage', ['-us', '-uc', '-b'], { cwd: tree, env, stdio });
  mkdirSync(options.out, { recursive: true });
  const packages = readdirSync(scratch).filter((name) => name.endsWith('.deb'));
  for (const name of packages.sort()) {
    cpSync(join(scratch, name), join(options.out, name));
    process.stdout.write(`${resolve(options.out, name)}\n`);
  }
} finally {
  rmSync(scratch, { recursive: true });
}

/** The time of the last commit, so that the same sources give the same bytes. */
function sourceDateEpoch() {
  if (process.env.SOURCE_DATE_EPOCH) return process.env.SOURCE_DATE_EPOCH;
  const asked = spawnSync('git', ['log', '-1', '--format=%ct'], { cwd: root, encoding: 'utf8' });
  if (asked.status === 0) return asked.stdout.trim();
  return stop('outside of git: set SOURCE_DATE_EPOCH to the time of the sources');
}

/** A source tree as dpkg-buildpackage wants one; all that it holds was built before. */
function assemble(tree) {
  const debian = join(tree, 'debian');
  cpSync(join(root, 'packaging', 'debian'), debian, { recursive: true });
  cpSync(join(debian, 'etc'), join(tree, 'etc'), { recursive: true });
  rmSync(join(debian, 'etc'), { recursive: true });
  mkdirSync(join(debian, 'source'));
  writeFileSync(join(debian, 'source', 'format'), '3.0 (native)\n');
  cpSync(join(root, 'systemd'), debian, { recursive: true });
  for (const name of ['muster-agent.js', 'muster.js']) placeProgram(tree, name);
  for (const path of NATIVE) {
    const from = join(root, 'node_modules', path);
    cpSync(from, join(tree, 'node_modules', path), { recursive: true });
  }
  for (const folder of ['prometheus', 'grafana', 'nginx']) {
    cpSync(join(root, 'packaging', folder), join(tree, folder), { recursive: true });
  }
  placeManual(debian);
  placeCompletions(tree);
  writeRecords(debian);
}

/** Debian's node, and not whichever comes first in the PATH of root. */
function placeProgram(tree, name) {
  const text = readFileSync(join(root, 'dist', name), 'utf8');
  const path = join(tree, name === 'muster-agent.js' ? 'muster-agent' : name);
  writeFileSync(path, text.replace(/^#!.*/, '#!/usr/bin/node'));
  chmodSync(path, 0o755);
}

/** muster(1) and muster.yaml(5) are the operator's; policy and checks concern each node. */
function placeManual(debian) {
  const folder = join(root, 'packaging', 'man');
  for (const page of existsSync(folder) ? readdirSync(folder).sort() : []) {
    if (!/\.[1-8]$/.test(page)) continue;
    cpSync(join(folder, page), join(debian, page));
    list(debian, `muster-${/^muster\./.test(page) ? 'collector' : 'agent'}.manpages`, [
      `debian/${page}`,
    ]);
  }
}

/** A file belongs to the program whose name its own holds. */
function placeCompletions(tree) {
  for (const [shell, target] of Object.entries(SHELLS)) {
    const folder = join(root, 'packaging', 'completions', shell);
    for (const file of existsSync(folder) ? readdirSync(folder).sort() : []) {
      mkdirSync(join(tree, target), { recursive: true });
      cpSync(join(folder, file), join(tree, target, file));
      const owner = file.includes('muster-agent') ? 'muster-agent' : 'muster-collector';
      list(join(tree, 'debian'), `${owner}.install`, [`${target}/${file} ${target}`]);
    }
  }
}

function writeRecords(debian) {
  const { version } = readJson('package.json');
  const control = readFileSync(join(debian, 'control'), 'utf8');
  const [, maintainer] = /^Maintainer: (.*)$/m.exec(control);
  const date = new Date(Number(epoch) * 1000);
  const markdown = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const changelog = debianChangelog(markdown, { version, maintainer, date });
  writeFileSync(join(debian, 'changelog'), changelog);
  const bundled = readJson('dist/bundled.json');
  const native = ['better-sqlite3', 'bindings', 'file-uri-to-path'].map(
    (name) => `node_modules/${name}`,
  );
  const copyrights = {
    'muster-agent': copyrightText(root, bundled['muster-agent.js'], { sqlite: false }),
    'muster-collector': copyrightText(root, [...bundled['muster.js'], ...native], {
      sqlite: true,
    }),
  };
  for (const [name, text] of Object.entries(copyrights)) {
    writeFileSync(join(debian, `${name}.copyright`), text);
  }
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

/** Adds lines to a list of debhelper's. */
function list(debian, file, lines) {
  const path = join(debian, file);
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  writeFileSync(path, `${before}${lines.join('\n')}\n`);
}
