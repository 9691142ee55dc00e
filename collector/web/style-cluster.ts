/** What only the pages of clusters need, after the base of all pages. */
export const styleCluster = `
.figures .one { display: block; }
.card.trouble, .cause.waived { border-left: 4px solid var(--skip); }
.take { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; justify-content: space-between; }
.filters {
  display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: end; margin-bottom: 0.9rem;
}
.filters label { color: var(--soft); font-size: 0.875rem; display: grid; gap: 0.15rem; }
.filters input, .filters select, .filters button, .copy {
  font: inherit; color: var(--ink); background: var(--card); border: 1px solid var(--soft);
  border-radius: 5px; padding: 0.25rem 0.5rem; min-height: 2.1rem; max-width: 100%;
}
.filters button, .copy { cursor: pointer; }
.filters button:hover, .copy:hover { border-color: var(--focus); color: var(--link); }
.copy { font-size: 0.875rem; padding: 0 0.6rem; min-height: 1.75rem; }
.matching { font-size: 0.9375rem; padding-bottom: 0.3rem; }
.changes li { padding: 0.15rem 0; }
.changes .age { margin-left: 0.4rem; }
.folded { margin: 0.5rem 0; }
.folded > summary, .grid details > summary { padding: 0.1rem 0; color: var(--soft); }
.alike { font-weight: 400; font-size: 0.875rem; max-height: 14rem; overflow: auto; }
.aside { color: var(--soft); font-size: 0.8125rem; white-space: nowrap; }
.level {
  color: var(--soft); font-size: 0.875rem; border: 1px solid var(--line); border-radius: 4px;
  padding: 0 0.4rem;
}
.why-not { margin-top: 0.9rem; font-size: 0.9375rem; }
.commands { position: relative; }
.commands .copy { position: absolute; top: 0.4rem; right: 0.4rem; }
.lattice { margin: 1rem 0 0; }
.lattice figcaption { color: var(--soft); font-size: 0.875rem; max-width: 75ch; }
.scroll.plain { border: 0; background: none; margin-top: 0.6rem; }
.lattice svg { display: block; max-width: none; }
.lattice rect { fill: var(--skip-back); stroke: var(--line); }
.lattice text { fill: var(--ink); font-size: 13px; text-anchor: middle; }
.lattice line { stroke: var(--soft); stroke-width: 1.25; }
.lattice line.blocked { stroke: var(--fail); stroke-dasharray: 4 3; }
.lattice .chosen rect { fill: var(--pass-back); stroke: var(--pass); stroke-width: 2; }
.lattice .chosen text { fill: var(--pass); font-weight: 600; }
.lattice .blocked rect { fill: var(--card); stroke: var(--fail); stroke-dasharray: 4 3; }
.lattice .stop { fill: var(--fail); font-size: 12px; }
.lattice-list { position: absolute; left: -200rem; max-width: 60rem; }
.heat { width: auto; }
.heat caption, .capacity caption {
  text-align: left; padding: 0.6rem 0.7rem 0.2rem; color: var(--soft); font-size: 0.875rem;
}
.heat caption { white-space: nowrap; }
.heat td { text-align: center; padding: 0.3rem 0.5rem; white-space: nowrap; }
.heat abbr, .names abbr { text-decoration-color: var(--soft); }
.heat .ok { color: var(--pass); background: var(--pass-back); }
.heat .not, .mark.not { color: var(--fail); background: var(--fail-back); }
.heat td.unknown, .mark.unknown { color: var(--unknown); background: var(--unknown-back); }
.heat td a { color: inherit; position: relative; }
.heat td a:focus::after {
  content: attr(title); position: absolute; z-index: 2; left: 0; top: 1.6rem; width: 18rem;
  white-space: normal; text-align: left; padding: 0.4rem 0.6rem; border-radius: 5px;
  color: var(--ink); background: var(--card); border: 1px solid var(--focus);
}
.heat-why { margin-top: 0.6rem; display: grid; gap: 0.35rem; }
.heat-why li:target { outline: 2px solid var(--focus); outline-offset: 3px; border-radius: 3px; }
.mark { border-radius: 4px; padding: 0 0.4rem; font-size: 0.875rem; white-space: nowrap; }
.capacity { width: auto; }
.capacity td { white-space: nowrap; }
.bar { vertical-align: middle; margin-right: 0.5rem; }
.bar .whole { fill: var(--skip-back); stroke: var(--line); }
.bar .used { fill: var(--link); }
.bar .tight { fill: var(--warn); }
@media (max-width: 46rem) {
  .filters label { flex: 1 1 8rem; }
  .filters input, .filters select { width: 100%; }
  .commands .copy { position: static; margin: 0 0 0.5rem; }
  .lattice .scroll { display: none; }
  .lattice-list {
    position: static; list-style: disc; padding-left: 1.2rem; margin-top: 0.5rem;
    display: grid; gap: 0.4rem;
  }
  .lattice-list ul { padding-left: 0.75rem; color: var(--soft); }
  .lattice-list .chosen b { color: var(--pass); }
  .grid td.set-aside { display: inline-block; }
  .capacity td { white-space: normal; }
  .bar { display: block; }
}
@media print {
  .filters, .copy, .take a { display: none; }
  .scroll { overflow: visible; }
  details.folded:not([open]) { display: none; }
}
`;
