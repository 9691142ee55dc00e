// debian/changelog from CHANGELOG.md.

const COLUMNS = 76;

/** The changelog of one release: its entries of CHANGELOG.md, who signs, and when. */
export function debianChangelog(markdown, { version, maintainer, date }) {
  const entries = entriesOf(markdown, version);
  if (entries.length === 0) throw new Error(`CHANGELOG.md says nothing of ${version}`);
  const lines = entries.map((entry) => wrapped(plain(entry), '  * ', '    '));
  const signed = ` -- ${maintainer}  ${rfc2822(date)}`;
  return `muster (${version}) unstable; urgency=medium\n\n${lines.join('\n')}\n\n${signed}\n`;
}

/** The list below the heading of a version, an entry a string. */
function entriesOf(markdown, version) {
  const sections = markdown.split(/^## /m);
  const section = sections.find((one) => one.split(/\s/, 1)[0] === version) ?? '';
  return section
    .split(/^- /m)
    .slice(1)
    .map((entry) => entry.replaceAll(/\s+/g, ' ').trim());
}

function plain(text) {
  return text.replaceAll('`', '');
}

function wrapped(text, first, next) {
  const lines = [];
  let line = first;
  for (const word of text.split(' ')) {
    const longer = /\S$/.test(line) ? `${line} ${word}` : `${line}${word}`;
    if (longer.length > COLUMNS && line.trim() !== '*') {
      lines.push(line);
      line = `${next}${word}`;
    } else line = longer;
  }
  return [...lines, line].join('\n');
}

function rfc2822(date) {
  return date.toUTCString().replace('GMT', '+0000');
}
