import type { Fleet } from '../../shared/fleet.ts';
import { isExpired, type Waiver } from '../../shared/waiver.ts';
import { nameOf } from '../../shared/waiver-findings.ts';
import type { StoredWaiver } from '../store/store.ts';
import { fieldLine, twoSteps } from './form.ts';
import { type Html, html } from './html.ts';
import { clusterHref, exactTime, nodeHref, type Page, page, relativeTime } from './layout.ts';
import { csrfField, type Viewer, viewerMay } from './viewer.ts';

/** What a form for a waiver holds, as typed. */
export type WaiverFields = Partial<Record<keyof Waiver, string | undefined>>;

/** All that the page of a cluster's waivers is made from. */
export interface WaiversView {
  fleet: Fleet;
  waivers: readonly StoredWaiver[];
  viewer: Viewer | null;
  /** what the form begins with */
  fields: WaiverFields;
  /** what was wrong with it: the field, and why */
  wrong: { path: string; detail: string } | null;
}

type State = 'expired' | 'unused' | 'lapsed' | 'in force';

const badges: Readonly<Record<State, string>> = {
  expired: 'warn',
  unused: 'warn',
  lapsed: 'warn',
  'in force': 'pass',
};

/** The waivers of a cluster, whether each still holds, and a form for another. */
export function waiversPage(view: WaiversView): Page {
  const { fleet, waivers, viewer } = view;
  const { cluster } = fleet;
  const may = viewerMay(viewer, 'operator', cluster);
  return page({
    title: `Waivers of ${cluster}`,
    trail: [
      { name: cluster, href: clusterHref(cluster) },
      { name: 'Waivers', href: waiversHref(cluster) },
    ],
    at: fleet.now,
    json: [['waivers', `/api/v1${waiversHref(cluster)}`]],
    main: html`<h1>Waivers</h1>
<p class="lead">A waiver accepts a finding for a time. It hides nothing: the finding stays where it
is, marked, and decides no gate until the waiver ends.</p>
${waivers.length === 0 ? nothing : table(view)}
<section aria-labelledby="add"><h2 id="add">Accept a finding</h2>
${may ? addForm(view, viewer) : whoMay(viewer)}</section>`,
  });
}

/** The address of the waivers of a cluster. */
export function waiversHref(cluster: string): string {
  return `${clusterHref(cluster)}/waivers`;
}

const nothing = html`<div class="notice"><p>Nothing is waived: every finding counts.</p></div>`;

function whoMay(viewer: Viewer | null): Html {
  const why = viewer === null ? 'Sign in as an operator' : `${viewer.name} may only look; ask one`;
  return html`<p class="why">Operators accept findings. ${why} to add or remove waivers.</p>`;
}

function table({ fleet, waivers, viewer }: WaiversView): Html {
  const may = viewerMay(viewer, 'operator', fleet.cluster);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Waivers"><table>
<thead><tr><th scope="col">State</th><th scope="col">Check</th><th scope="col">On</th>
<th scope="col">Reason</th><th scope="col">Until</th><th scope="col">By</th>
${may ? html`<th scope="col">Change</th>` : null}</tr></thead>
<tbody>${waivers.map((one) => row(one, fleet, may ? viewer : null))}</tbody></table></div>`;
}

function row({ id, waiver, addedAt, addedBy }: StoredWaiver, fleet: Fleet, viewer: Viewer | null) {
  const { check, node, subject, reason, owner, expires } = waiver;
  const state = stateOf(waiver, fleet);
  const action = `${waiversHref(fleet.cluster)}/${id}/remove`;
  const deed = {
    ...{ action, verb: 'Remove', of: `waiver ${id}` },
    consequence: 'What it covers counts again.',
  };
  const leftMs = fleet.now.getTime() - Date.parse(expires);
  return html`<tr><td><span class="badge ${badges[state]}">${state}</span></td>
<th scope="row"><code>${check}</code>${subject === undefined ? null : html` of ${subject}`}</th>
<td>${placeOf(fleet, node)}</td><td>${reason}</td>
<td>${relativeTime(expires, leftMs)}</td>
<td>${owner}<span class="why"> added by ${addedBy} at ${exactTime(addedAt)}</span></td>
${viewer === null ? null : html`<td>${twoSteps(deed, viewer)}</td>`}</tr>
`;
}

function placeOf({ cluster, nodes }: Fleet, node: string | undefined): Html {
  if (node === undefined) return html`the cluster`;
  const known = nodes.some((one) => one.node === node);
  return known ? html`<a href="${nodeHref(cluster, node)}">${node}</a>` : html`${node}`;
}

function stateOf(waiver: Waiver, { now, clusterFindings }: Fleet): State {
  if (isExpired(waiver, now)) return 'expired';
  const about = (check: string) =>
    clusterFindings.some((one) => one.check === check && one.subject === nameOf(waiver));
  if (about('waivers.lapsed')) return 'lapsed';
  return about('waivers.unused') ? 'unused' : 'in force';
}

function addForm({ fleet, fields, wrong }: WaiversView, viewer: Viewer): Html {
  const { checks, nodes } = troublesOf(fleet);
  const wrongOf = (name: string) => (wrong?.path === name ? wrong.detail : undefined);
  const line = (name: keyof Waiver & string, label: string, more: object = {}) =>
    fieldLine({ name, label, value: fields[name], wrong: wrongOf(name), ...more });
  return html`<form class="fields card" method="post" action="${waiversHref(fleet.cluster)}">
${csrfField(viewer)}
${wrong === null ? null : html`<p class="wrong" role="alert">Not added: ${wrong.detail}</p>`}
${line('check', 'Check', { required: true, known: checks, hint: 'its id, or a glob: storage.*' })}
${line('node', 'Node', { known: nodes, hint: 'empty: what is found of the cluster as a whole' })}
${line('subject', 'Subject', { hint: 'the bridge, volume group … ; empty: all of them' })}
<label for="verdict">Accept at worst</label>
<select id="verdict" name="verdict">${['fail', 'warn'].map(
    (verdict) =>
      html`<option${fields.verdict === verdict ? html` selected` : null}>${verdict}</option>`,
  )}</select>
${line('reason', 'Reason', { required: true, hint: 'why it is accepted, for who reads it next' })}
${line('owner', 'Owner', { required: true, hint: 'who answers for it' })}
${line('expires', 'Until (UTC)', { required: true, type: 'datetime-local' })}
<button>Accept for now</button></form>`;
}

/** What fails or warns now and is not waived yet: what the form offers. */
function troublesOf({ nodes, clusterFindings }: Fleet): { checks: string[]; nodes: string[] } {
  const all = [...nodes.flatMap(({ findings }) => findings), ...clusterFindings];
  const troubles = all.filter(
    ({ verdict, waived }) => (verdict === 'fail' || verdict === 'warn') && waived === undefined,
  );
  return {
    checks: [...new Set(troubles.map(({ check }) => check))].sort(),
    nodes: nodes.map(({ node }) => node),
  };
}
