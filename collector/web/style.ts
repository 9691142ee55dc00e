/** The one stylesheet. Colour follows the reader's preference and never stands alone. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f7f8fa; --card: #fff; --ink: #1a2330; --soft: #566374; --line: #dde2e9;
  --link: #1f5a96; --focus: #1f5a96;
  --fail: #a81e1e; --fail-back: #fdeeee; --unknown: #6a3d9a; --unknown-back: #f4eefb;
  --warn: #855100; --warn-back: #fdf4e2; --pass: #1c6b3c; --pass-back: #edf7f0;
  --skip: #566374; --skip-back: #eff1f4;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --card: #1a2029; --ink: #e5eaf1; --soft: #9daaba; --line: #2d3744;
    --link: #8bbcf0; --focus: #8bbcf0;
    --fail: #ff9a94; --fail-back: #3a1e20; --unknown: #cdaef5; --unknown-back: #2d2340;
    --warn: #f0bf6c; --warn-back: #35290f; --pass: #86d3a1; --pass-back: #17301f;
    --skip: #9daaba; --skip-back: #252d38;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 90rem; padding: 0 1.5rem 3rem;
  background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  overflow-wrap: anywhere;
}
a { color: var(--link); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 3px; }
h1, h2, h3, h4 { line-height: 1.25; margin: 0; font-weight: 600; }
h1 { font-size: 1.6rem; margin: 1rem 0 0.5rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 0.75rem; }
h3, h4 { font-size: 1rem; }
p { margin: 0.4rem 0; max-width: 75ch; }
ul, ol { margin: 0; padding: 0; list-style: none; }
code, pre, .facts dd {
  font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 0.875rem;
}
pre { overflow-x: auto; padding: 0.75rem; background: var(--skip-back); border-radius: 6px; }
.jump { position: absolute; left: -100rem; }
.jump:focus { left: 1rem; top: 0.5rem; background: var(--card); padding: 0.5rem; z-index: 3; }
.top {
  padding: 1rem 0 0.75rem; border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap;
  align-items: baseline; gap: 0.5rem 2rem;
}
.top ol { display: flex; flex-wrap: wrap; gap: 0.25rem 0.5rem; }
.top ol li + li::before { content: "/"; color: var(--soft); margin-right: 0.5rem; }
.brand { font-weight: 700; color: var(--ink); text-decoration: none; }
.brand:hover { text-decoration: underline; }
.foot {
  margin-top: 3rem; padding-top: 0.75rem; border-top: 1px solid var(--line);
  color: var(--soft); font-size: 0.875rem; display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem;
}
.lead { color: var(--soft); }
.label, .id, .why, .age, .decides, .sum { color: var(--soft); font-size: 0.875rem; }
.id { font-size: 0.8125rem; }
.absent { color: var(--unknown); }
.badge {
  display: inline-block; padding: 0 0.45rem; border-radius: 4px; white-space: nowrap;
  font-size: 0.875rem; font-weight: 600; line-height: 1.5rem;
  color: var(--skip); background: var(--skip-back);
}
.sign { display: inline-block; min-width: 0.8em; text-align: center; }
.badge.fail, .badge.closed { color: var(--fail); background: var(--fail-back); }
.badge.unknown, .badge.undecided { color: var(--unknown); background: var(--unknown-back); }
.badge.differs { color: var(--fail); background: var(--fail-back); }
.badge.warn { color: var(--warn); background: var(--warn-back); }
.badge.pass, .badge.open { color: var(--pass); background: var(--pass-back); }
.card, .gate, .cause, .finding, .quiet, .section, .section-line, .notice {
  background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 0.9rem 1.1rem;
}
.clusters {
  display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(26rem,
  100%), 1fr));
}
.card h2 { margin: 0 0 0.6rem; }
.gates-line {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(6.4rem, 1fr)); gap: 0.3rem;
}
.gates-line li { display: grid; gap: 0.15rem; justify-items: start; }
.figures { margin: 0.75rem 0 0; display: grid; gap: 0.2rem; }
.figures div { display: grid; grid-template-columns: 9rem 1fr; gap: 0.5rem; }
.figures dt { color: var(--soft); }
.figures dd { margin: 0; }
.gates {
  display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%),
  1fr));
}
.gate { border-left-width: 4px; }
.gate.closed, .cause.fail, .finding.fail { border-left: 4px solid var(--fail); }
.gate.undecided, .cause.unknown, .finding.unknown { border-left: 4px solid var(--unknown); }
.gate.open, .finding.pass { border-left: 4px solid var(--pass); }
.cause.warn, .finding.warn { border-left: 4px solid var(--warn); }
.finding.skip { border-left: 4px solid var(--line); }
.causes { display: grid; gap: 0.75rem; }
.cause-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.25rem 0.6rem; }
.titles {
  margin: 0.3rem 0 0.5rem; columns: 2 28rem; column-gap: 2rem; list-style: disc;
  padding-left: 1.2rem;
}
.words + .words { border-top: 1px solid var(--line); margin-top: 0.6rem; padding-top: 0.3rem; }
.remedy { padding-left: 0.75rem; border-left: 2px solid var(--line); }
.decides { margin-left: auto; }
.contents {
  display: flex; flex-wrap: wrap; gap: 0.2rem 1.25rem; margin-top: 0.75rem; font-size:
  0.9375rem;
}
.where { display: flex; flex-wrap: wrap; gap: 0.1rem 1rem; font-size: 0.9375rem; }
.answer code { font-size: 1.1rem; font-weight: 600; }
.advice + .advice { margin-top: 0.75rem; }
.reasons { list-style: disc; padding-left: 1.2rem; color: var(--soft); }
.notice { margin-top: 1.5rem; max-width: 46rem; }
.notice h1, .notice h2 { margin-top: 0; }
.notice ol { list-style: decimal; padding-left: 1.4rem; display: grid; gap: 0.4rem; }
.notice .code { color: var(--soft); font-weight: 600; }
.scroll {
  overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius:
  8px;
}
table { border-collapse: collapse; width: 100%; font-size: 0.9375rem; overflow-wrap: normal; }
th, td { text-align: left; padding: 0.5rem 0.7rem; vertical-align: top; }
.grid td { padding: 0.5rem 0.3rem; }
.grid .badge { font-size: 0.8125rem; padding: 0 0.3rem; }
.grid thead th { padding-left: 0.3rem; padding-right: 0.3rem; }
.grid thead th:first-child { padding-left: 0.7rem; }
tbody tr { border-top: 1px solid var(--line); }
thead th { color: var(--soft); font-weight: 500; font-size: 0.875rem; white-space: nowrap; }
tbody th { font-weight: 500; }
.grid th:first-child {
  position: sticky; left: 0; background: var(--card); min-width: 13rem; max-width: 20rem;
  overflow-wrap: anywhere;
}
.grid td a { text-decoration: none; }
.grid td a:hover .badge { text-decoration: underline; }
.grid .pass .badge, .grid .skip .badge { background: none; padding-left: 0; font-weight: 400; }
.grid .age { display: block; font-weight: 400; }
.grid .sum, .narrow { display: none; }
.unsaid { position: absolute; left: -100rem; }
.names td, .names th { white-space: nowrap; }
.names .why { white-space: normal; }
.scroll + .label { margin-top: 1rem; }
.tally { display: flex; flex-wrap: wrap; gap: 0.4rem 1.25rem; margin-bottom: 1rem; }
.group { margin: 1.25rem 0; scroll-margin-top: 1rem; }
.group.calm { margin: 0.5rem 0; }
summary h3 { display: inline; margin-right: 0.5rem; }
.group h3 { margin-bottom: 0.5rem; }
.group .causes + .quiet { margin-top: 0.75rem; }
.quiet, .section { padding: 0; }
.quiet .causes { padding: 0 1.1rem 0.9rem; }
.quiet .finding { border-width: 0 0 0 4px; border-radius: 0; padding: 0.1rem 0.9rem; }
.quiet .finding p { color: var(--soft); }
summary { cursor: pointer; padding: 0.7rem 1.1rem; }
.section, .section-line { margin-bottom: 0.5rem; }
.section-line { padding: 0.7rem 1.1rem; }
.section > .facts { padding: 0 1.1rem 0.9rem; }
.facts { margin: 0; }
.facts div {
  display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; gap: 0.1rem 1rem; padding:
  0.2rem 0;
}
.facts dt { color: var(--soft); font-size: 0.9375rem; }
.facts dd { margin: 0; min-width: 0; }
.facts .items { display: grid; gap: 0.4rem; }
.facts .items > li { border-left: 2px solid var(--line); padding-left: 0.75rem; }
.facts .none { color: var(--soft); }
.unread { color: var(--unknown); }
@media (max-width: 46rem) {
  body { padding: 0 1rem 2rem; }
  .figures div { grid-template-columns: 8rem 1fr; }
  .decides { margin-left: 0; width: 100%; }
  .facts div { grid-template-columns: 1fr; }
  .facts dd { padding-left: 0.75rem; }
  .scroll:has(.grid) { border: 0; background: none; overflow: visible; }
  .grid, .grid tbody, .grid tr, .grid th { display: block; }
  .grid thead, .grid td.pass, .grid td.skip, .grid td.none { display: none; }
  .grid tr {
    background: var(--card); border: 1px solid var(--line); border-radius: 8px;
    padding: 0.7rem 1rem; margin-bottom: 0.6rem;
  }
  .grid tbody th { position: static; max-width: none; padding: 0 0 0.3rem; }
  .grid td { display: inline-block; padding: 0.2rem 0.8rem 0.2rem 0; }
  .grid td a, .grid td { color: var(--ink); }
  .grid .narrow { display: inline; }
  .grid td.sum { display: block; }
}
@media print {
  body { max-width: none; background: #fff; }
  .jump, .foot a, .contents { display: none; }
  .card, .gate, .cause, .finding, tr { break-inside: avoid; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`;
