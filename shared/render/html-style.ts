import { markup } from './markup.ts';

/** The stylesheet of the one-file report; colour follows the reader and never stands alone. */
export const htmlStyle = markup`<style>
:root {
  color-scheme: light dark;
  --page: #fff; --ink: #1a2330; --soft: #566374; --line: #d5dbe3;
  --bad: #a81e1e; --unsure: #6a3d9a; --warn: #855100; --good: #1c6b3c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --ink: #e5eaf1; --soft: #9daaba; --line: #36414f;
    --bad: #ff9a94; --unsure: #cdaef5; --warn: #f0bf6c; --good: #86d3a1;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 62rem; padding: 1.5rem; overflow-wrap: anywhere;
  background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
h1 { font-size: 1.5rem; } h2 { font-size: 1.05rem; }
h1, h2 { line-height: 1.3; margin: 0 0 0.4rem; }
p { margin: 0.25rem 0; }
.soft { color: var(--soft); font-size: 0.9rem; }
.state { margin-right: 0.4rem; }
header, article { border-left: 4px solid var(--line); padding: 0.2rem 0 0.2rem 1rem; }
article { margin: 1.25rem 0; break-inside: avoid; }
.closed, .fail { border-color: var(--bad); }
.closed .state, .fail .state { color: var(--bad); }
.undecided, .unknown { border-color: var(--unsure); }
.undecided .state, .unknown .state { color: var(--unsure); }
.warn { border-color: var(--warn); }
.warn .state { color: var(--warn); }
.open { border-color: var(--good); }
.open .state { color: var(--good); }
section { margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.75rem 0.3rem 0; }
tr { border-bottom: 1px solid var(--line); break-inside: avoid; }
thead { color: var(--soft); }
.count { font-variant-numeric: tabular-nums; }
summary { cursor: pointer; }
ul { margin: 0.25rem 0; padding-left: 1.25rem; }
footer { margin-top: 2rem; }
@media print {
  :root {
    --page: #fff; --ink: #000; --soft: #444; --line: #bbb;
    --bad: #a81e1e; --unsure: #6a3d9a; --warn: #855100; --good: #1c6b3c;
  }
  body { max-width: none; padding: 0; font-size: 10pt; }
  thead { display: table-header-group; }
  details::details-content { content-visibility: visible; display: block; }
}
</style>`;
