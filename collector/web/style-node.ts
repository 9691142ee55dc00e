/** Styles of signing in, of the node, gate and operations pages; part of the one stylesheet. */
export const styleNode = `
.site { display: flex; gap: 0.25rem 1.25rem; }
.site a { text-decoration: none; }
.site a:hover, .site [aria-current] { text-decoration: underline; }
.viewer {
  margin: 0 0 0 auto; display: flex; flex-wrap: wrap; gap: 0.25rem 0.75rem;
  align-items: baseline;
}
.done {
  background: var(--pass-back); color: var(--pass); padding: 0.5rem 1rem; border-radius: 6px;
  margin: 1rem 0 0; max-width: none;
}
.wrong { color: var(--fail); font-weight: 600; }
#live.lost { color: var(--fail); font-weight: 600; }
button, input, select {
  font: inherit; color: inherit; background: var(--card); border: 1px solid var(--soft);
  border-radius: 6px; padding: 0.3rem 0.6rem; max-width: 100%;
}
input[type="radio"], input[type="checkbox"] { accent-color: var(--link); }
button { cursor: pointer; background: var(--skip-back); }
button:hover { border-color: var(--link); }
button.plain {
  border-color: transparent; background: none; color: var(--link); text-decoration: underline;
  padding: 0 0.2rem; text-underline-offset: 0.15em;
}
button.grave { border-color: var(--fail); color: var(--fail); }
.fields { display: grid; gap: 0.25rem; max-width: 34rem; }
.fields label { margin-top: 0.6rem; font-weight: 600; }
.fields button { margin-top: 1rem; justify-self: start; }
.fields .why, .fields .wrong { margin: 0; }
fieldset { border: 0; padding: 0; margin: 0 0 0.75rem; display: grid; gap: 0.2rem; }
legend { font-weight: 600; padding: 0; margin-bottom: 0.25rem; }
.choice { display: block; padding: 0.1rem 0; }
.choices { margin-bottom: 0.75rem; }
.choices summary, .deed summary { padding: 0.1rem 0; color: var(--link); }
.choices fieldset { max-height: 20rem; overflow-y: auto; padding: 0.25rem; }
.deed form {
  display: grid; gap: 0.4rem; justify-items: start; min-width: 14rem; padding: 0.3rem 0;
}
.deed p { margin: 0; }
.secret code { user-select: all; }
.badge.pending { color: var(--warn); background: var(--warn-back); }
.badge.active { color: var(--pass); background: var(--pass-back); }
.causes > *, .charts > * { min-width: 0; }
.lines { display: grid; gap: 0.3rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td .why { display: block; }
.timeline { border-left: 2px solid var(--line); padding-left: 1rem; display: grid; gap: 0.5rem; }
.timeline li {
  display: grid; grid-template-columns: 9rem 1fr; gap: 0.1rem 0.75rem; position: relative;
}
.timeline li::before {
  content: ""; position: absolute; left: calc(-1rem - 6px); top: 0.55em; width: 10px;
  height: 10px; border-radius: 50%; background: var(--skip);
}
.timeline .fail::before { background: var(--fail); }
.timeline .unknown::before { background: var(--unknown); }
.timeline .warn::before { background: var(--warn); }
.timeline .pass::before { background: var(--pass); }
.timeline .to, .when { color: var(--soft); }
.charts {
  display: grid; gap: 1rem;
  grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr));
}
.chart {
  margin: 0; padding: 0.9rem 1.1rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 8px;
}
.chart svg {
  display: block; width: 100%; height: 7rem; margin: 0.5rem 0 0.25rem;
  border-bottom: 1px solid var(--line);
}
.chart .line {
  fill: none; stroke: var(--link); stroke-width: 2; vector-effect: non-scaling-stroke;
  stroke-linecap: round;
}
.chart figcaption .why { display: block; }
.axis { display: flex; justify-content: space-between; gap: 1rem; margin: 0; max-width: none; }
.axis span:last-child { text-align: right; }
.contents [aria-current] { font-weight: 700; color: var(--ink); text-decoration: none; }
td:has(.absent-fact) { white-space: nowrap; color: var(--soft); }
del { color: var(--fail); text-decoration-thickness: 1px; }
ins { color: var(--pass); text-decoration: none; }
@media (max-width: 46rem) {
  .timeline li { grid-template-columns: 1fr; }
  .viewer { margin-left: 0; }
}
@media print { .viewer, .site, form, .deed, button { display: none !important; } }
`;
