// debian/copyright in the machine-readable form of DEP 5: ours, and that of what is bundled.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const LICENCE_FILE = /^(licen[cs]e|copying|copyrightnotice)(\.(md|txt))?$/i;
/** Debian has these texts on every machine, and wants them named instead of repeated. */
const COMMON = {
  'Apache-2.0':
    'On Debian systems, the full text of the Apache License, version 2.0, stands in\n' +
    '/usr/share/common-licenses/Apache-2.0.',
};
/** For a package that names its licence and does not bring the text. */
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`;
/** Inside better-sqlite3's module; its authors gave it away. */
const SQLITE = paragraph({
  Files: 'sqlite3.c sqlite3.h',
  Copyright: 'nobody; D. Richard Hipp and the other authors of SQLite',
  License: `public-domain\n${indented('The authors of SQLite disclaim copyright to it.')}`,
  Comment: 'compiled into better_sqlite3.node',
});

/** The text, for a program in which the packages of these folders below `root` are. */
export function copyrightText(root, folders, { sqlite }) {
  const packages = folders.map((folder) => packageParagraph(root, folder));
  return [HEAD, OURS, ...packages, ...(sqlite ? [SQLITE] : [])].join('\n');
}

const HEAD = paragraph({
  Format: 'https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/',
  'Upstream-Name': 'muster',
  Comment: 'made by packaging/copyright.mjs; the folders of npm are those that were bundled',
});
const OURS = paragraph({
  Files: '*',
  Copyright: 'the authors of Muster',
  License: `Apache-2.0\n${indented(COMMON['Apache-2.0'])}`,
});

function packageParagraph(root, folder) {
  const manifest = readFileSync(join(root, folder, 'package.json'), 'utf8');
  const { name, version, license, author } = JSON.parse(manifest);
  const text = licenceText(join(root, folder)) || (license === 'MIT' ? MIT : '');
  if (typeof license !== 'string' || text === '') {
    throw new Error(`${folder}: no licence is named, or its text is missing`);
  }
  return paragraph({
    Files: `${folder}/*`,
    Copyright: holders(text).join('\n ') || (author?.name ?? author ?? `the authors of ${name}`),
    License: `${license.replaceAll(/[()]/g, '')}\n${indented(COMMON[license] ?? text)}`,
    Comment: `${name} ${version}`,
  });
}

function licenceText(folder) {
  const names = readdirSync(folder).filter((name) => LICENCE_FILE.test(name));
  return names
    .sort()
    .map((name) => readFileSync(join(folder, name), 'utf8').trim())
    .join('\n\n');
}

/** Lines that begin with "Copyright", without the Apache licence's own "Copyright [yyyy]". */
function holders(text) {
  const lines = text.split('\n').map((line) => line.trim());
  const named = lines.filter((line) => /^copyright\b.*\d{4}/i.test(line));
  return [...new Set(named.map((line) => line.replace(/^copyright\s*(notice:?\s*)?/i, '')))];
}

/** As a folded field wants it: each line behind a space, an empty one as a dot. */
function indented(text) {
  return text
    .replaceAll('\r', '')
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line}`))
    .join('\n');
}

function paragraph(fields) {
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}\n`)
    .join('');
}
