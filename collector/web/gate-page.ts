import type { Fleet, FleetNode } from '../../shared/fleet.ts';
import type { GateDecision } from '../../shared/gate.ts';
import { counted } from '../../shared/wording.ts';
import { causesList, causesOf } from './findings.ts';
import { type Html, html } from './html.ts';
import { badge, clusterHref, type Page, page } from './layout.ts';

/** A node that could be added, and of which cluster its report is. */
export interface Candidate {
  cluster: string;
  node: string;
}

/** What is asked: a gate, and the change for which it is asked. */
export interface GateQuestion {
  gate: string;
  leave: readonly string[];
  drain: readonly string[];
  join: readonly Candidate[];
}

/** All that the page of a gate is made from. */
export interface GateView {
  /** as it would be after the change */
  fleet: Fleet;
  result: GateDecision;
  asked: GateQuestion;
  /** what is open and what is not promised */
  question: string;
  gates: readonly { id: string; title: string }[];
  /** those that may be left out */
  members: readonly FleetNode[];
  /** those that may be added */
  candidates: readonly Candidate[];
  /** the same question for CI; null: no command asks it */
  command: string | null;
}

/** A gate asked of a cluster as it is, or as it would be with nodes added or left out. */
export function gatePage(view: GateView): Page {
  const { fleet, result, asked, question, command } = view;
  const { cluster } = fleet;
  return page({
    title: `Gate ${asked.gate} of ${cluster}`,
    trail: [
      { name: cluster, href: clusterHref(cluster) },
      { name: 'Gates', href: gateHref(cluster, asked.gate) },
    ],
    at: fleet.now,
    json: [['the answer', verifyHref(cluster, asked)]],
    main: html`<h1>${result.title}</h1>
<div class="gate ${result.state}"><p class="state">${badge(result.state)} ${whatIf(asked)}</p>
<p>${whyState(result)}</p><p class="why">${question}</p></div>
${contents(result)}${deciding(cluster, result)}
<section aria-labelledby="ask"><h2 id="ask">Ask</h2>${form(view)}</section>
<section aria-labelledby="ci"><h2 id="ci">The same in CI</h2>
${commandBlock(command, asked)}</section>`,
  });
}

/** The address of a gate of a cluster. */
export function gateHref(cluster: string, gate: string): string {
  return `${clusterHref(cluster)}/gate?gate=${encodeURIComponent(gate)}`;
}

/** How a form names a candidate: a slash is in no name of a cluster that an address can have. */
export function candidateId({ cluster, node }: Candidate): string {
  return JSON.stringify([cluster, node]);
}

function verifyHref(cluster: string, { gate, leave, drain, join }: GateQuestion): string {
  const query = new URLSearchParams({ gate });
  for (const node of leave) query.append('leave', node);
  for (const node of drain) query.append('drain', node);
  for (const one of join) query.append('join', candidateId(one));
  return `/api/v1${clusterHref(cluster)}/verify?${query}`;
}

function whatIf({ leave, join, drain }: GateQuestion): string {
  const words = [
    join.length === 0 ? '' : `with ${join.map(({ node }) => node).join(', ')}`,
    leave.length === 0 ? '' : `without ${leave.join(', ')}`,
    drain.length === 0 ? '' : `with ${drain.join(', ')} drained`,
  ].filter((part) => part !== '');
  return words.length === 0 ? 'as the cluster is now' : `if it were ${words.join(' and ')}`;
}

function whyState({ state, deciding, nodes }: GateDecision): string {
  const asked = `Asked of ${counted(nodes.filter((one) => one.expected).length, 'node')}.`;
  if (state === 'open') return `Nothing stands against it. ${asked}`;
  const against = deciding.filter(({ verdict }) => verdict === 'fail').length;
  const missing = deciding.length - against;
  const words = [
    against > 0 ? `${counted(against, 'finding')} against it` : '',
    missing > 0 ? `${counted(missing, 'answer')} missing` : '',
  ].filter((part) => part !== '');
  return `${words.join(', ') || 'Nobody it could be asked of'}. ${asked}`;
}

function contents({ deciding: found }: GateDecision): Html {
  const decides = html`<li><a href="#deciding">What decides</a></li>`;
  return html`<nav aria-label="On this page"><ul class="contents">
${found.length === 0 ? null : decides}<li><a href="#ask">Ask another</a></li>
<li><a href="#ci">The same in CI</a></li></ul></nav>`;
}

function deciding(cluster: string, result: GateDecision): Html | null {
  const causes = causesOf([result]);
  if (causes.length === 0) return null;
  return html`<section aria-labelledby="deciding"><h2 id="deciding">What decides</h2>
${causesList(cluster, causes)}</section>`;
}

function form({ fleet, asked, gates, members, candidates }: GateView): Html {
  const [left, drained] = [new Set(asked.leave), new Set(asked.drain)];
  const joined = new Set(asked.join.map(candidateId));
  const choices = gates.map(
    ({ id, title }) => html`<label class="choice"><input type="radio" name="gate" value="${id}"${
      id === asked.gate ? html` checked` : null
    }> <b>${id}</b> <span class="why">${title}</span></label>
`,
  );
  const leaving = members.map(({ node }) => box('leave', { value: node, words: node }, left));
  const draining = members.map(({ node }) => box('drain', { value: node, words: node }, drained));
  const adding = candidates.map((one) => {
    const from = one.cluster === fleet.cluster ? 'not in the policy' : `of ${one.cluster}`;
    return box('join', { value: candidateId(one), words: `${one.node} (${from})` }, joined);
  });
  return html`<form class="card" method="get" action="${clusterHref(fleet.cluster)}/gate">
<fieldset><legend>Gate</legend>${choices}</fieldset>
${boxes('Nodes to drain, for the gate maintenance', draining, drained.size > 0)}
${boxes('What if these were left out', leaving, left.size > 0)}
${boxes('What if these were added', adding, joined.size > 0)}
<button>Ask</button></form>`;
}

function box(
  name: string,
  { value, words }: { value: string; words: string },
  chosen: ReadonlySet<string>,
): Html {
  const checked = chosen.has(value) ? html` checked` : null;
  return html`<label class="choice"><input type="checkbox" name="${name}" value="${value}"${
    checked
  }> ${words}</label>
`;
}

function boxes(legend: string, list: readonly Html[], open: boolean): Html | null {
  if (list.length === 0) return null;
  return html`<details class="choices"${open ? html` open` : null}><summary>${legend}</summary>
<fieldset><legend class="unsaid">${legend}</legend>${list}</fieldset></details>`;
}

function commandBlock(command: string | null, { gate }: GateQuestion): Html {
  if (command === null) {
    return html`<p>CI asks a cluster as it is, or with <code>--join</code> at the gate
<code>join</code>; this change of <code>${gate}</code> is for planning.</p>`;
  }
  return html`<pre tabindex="0"><code>${command}</code></pre>
<p><button type="button" class="copy" data-copy="${command}" hidden>Copy the command</button>
<span class="why">It ends with 0 when the gate is open, 2 when closed, 3 when
undecided.</span></p>`;
}
