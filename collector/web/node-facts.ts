import type { FleetNode } from '../../shared/fleet.ts';
import type { Failure } from '../../shared/reading.ts';
import { type Report, type Section, sections } from '../../shared/report.ts';
import { formatBytes } from '../../shared/units.ts';
import { evidenceLevel } from './evidence.ts';
import { factsList } from './facts.ts';
import { type Html, html } from './html.ts';
import { badge, relativeTime } from './layout.ts';

/** What kind of machine it is, in a few lines. */
export function identityList({ sections: read }: Report): Html {
  const { identity, inventory, cpu, memory, os } = read;
  const kind = cpu?.status === 'ok' ? cpu.facts.kinds[0] : undefined;
  const machine = inventory?.status === 'ok' ? inventory.facts : null;
  const system = os?.status === 'ok' ? os.facts : null;
  const rows: [string, string | null | undefined][] = [
    ['Host name', identity?.status === 'ok' ? identity.facts.hostname : null],
    ['Machine', joined(machine?.manufacturer, machine?.product)],
    ['CPU', joined(kind?.modelName, kind?.microcode && `(microcode ${kind.microcode})`)],
    ['Memory', memory?.status === 'ok' ? formatBytes(memory.facts.totalBytes) : null],
    ['System', joined(system?.prettyName, system?.kernelRelease && `· ${system.kernelRelease}`)],
  ];
  return html`<dl class="figures">${rows.map(([name, value]) =>
    value
      ? html`<div><dt>${name}</dt><dd>${value}</dd></div>
`
      : null,
  )}</dl>`;
}

function joined(...parts: (string | null | undefined)[]): string {
  return parts.filter(Boolean).join(' ');
}

/** The facts of a report by section: each with its level, where it is from and how old it is. */
export function factsSection({ report, ageMs }: FleetNode): Html | null {
  if (report === null || ageMs === null) return null;
  return html`<section aria-labelledby="facts"><h2 id="facts">Facts</h2>
<p class="why">${sourceOf(report)}, ${relativeTime(report.collectedAt, ageMs)}.</p>
${sections.map((section) => sectionBlock(section, report, ageMs))}</section>`;
}

function sectionBlock(section: Section, report: Report, ageMs: number): Html {
  const outcome = report.sections[section];
  if (outcome === undefined) return sectionLine(section, 'not in the report');
  if (outcome.status === 'failed') return sectionLine(section, failureOf(outcome.error));
  const { word, notes } = evidenceLevel(section, report);
  const tookMs = report.tookMs[section];
  const took = tookMs === undefined ? null : `read in ${Math.round(tookMs)} ms`;
  const about = [...notes, origins[report.agent.origin], took].filter(Boolean).join(', ');
  return html`<details class="section" id="facts-${section}">
<summary><b>${section}</b> <span class="level">${word}</span> <span class="why">${about},
${relativeTime(report.collectedAt, ageMs)}</span></summary>
${factsList(outcome.facts)}</details>
`;
}

function sectionLine(section: Section, why: string): Html {
  return html`<div class="section-line" id="facts-${section}">
<b>${section}</b> ${badge('unknown')} ${why}</div>`;
}

/** What was read is mostly in the message already. */
function failureOf({ message, source }: Failure): string {
  return source === null || message.includes(source) ? message : `${message} (${source})`;
}

const origins = { live: 'from the running host', recorded: 'from a snapshot' };

/** Where the facts come from, and how far whoever read them could see. */
function sourceOf({ agent: { version, origin, privileged } }: Report): string {
  const how = privileged ? 'as root' : 'without root';
  return `By muster-agent ${version} ${origins[origin]}, ${how}`;
}
