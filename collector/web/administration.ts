import type { AuditEntry, EnrolmentToken, NodeKey, StoredToken } from '../store/store.ts';
import { fieldLine, twoSteps } from './form.ts';
import { type Html, html } from './html.ts';
import { exactTime, nodeHref, relativeTime } from './layout.ts';
import { scrolling } from './table.ts';
import { csrfField, type Viewer } from './viewer.ts';

/** What only admins see. */
export interface Administration {
  now: Date;
  viewer: Viewer;
  /** of the clusters the viewer reaches */
  keys: readonly NodeKey[];
  /** null: the viewer is an admin of one cluster only */
  everywhere: {
    tokens: readonly StoredToken[];
    enrolmentTokens: readonly EnrolmentToken[];
    audit: readonly AuditEntry[];
    clusters: readonly string[];
    /** shown this once: an enrolment token that was just made */
    made: { secret: string; token: EnrolmentToken } | null;
  } | null;
}

/** A thousand rows of keys are for the command line. */
const KEYS_MAX = 200;

/** Keys of nodes, tokens of people, leave to enrol, and who changed what. */
export function administrationSections(view: Administration): Html {
  const { everywhere } = view;
  return html`<section aria-labelledby="keys"><h2 id="keys">Keys of nodes</h2>
${keyTable(view)}</section>
${everywhere === null ? null : everywhereSections(view, everywhere)}`;
}

function everywhereSections(
  view: Administration,
  { tokens, enrolmentTokens, audit, clusters, made }: NonNullable<Administration['everywhere']>,
): Html {
  return html`<section aria-labelledby="enrol"><h2 id="enrol">Enrolment tokens</h2>
${made === null ? null : secretBlock(made)}${enrolmentTable(enrolmentTokens, view)}
${enrolForm(view.viewer, clusters)}</section>
<section aria-labelledby="tokens"><h2 id="tokens">Tokens of people and programs</h2>
${tokenTable(tokens, view)}</section>
<section aria-labelledby="audit"><h2 id="audit">Audit log</h2>${auditTable(audit)}</section>`;
}

function keyTable({ keys, viewer, now }: Administration): Html {
  if (keys.length === 0) return html`<p>No node has enrolled.</p>`;
  const order = { pending: 0, active: 1, revoked: 2 };
  const sorted = [...keys].sort((one, other) => order[one.state] - order[other.state]);
  const rows = sorted.slice(0, KEYS_MAX).map(
    (key) => html`<tr><th scope="row"><a href="${nodeHref(key.cluster, key.node)}">${key.node}</a>
</th><td>${key.cluster}</td><td><span class="badge ${key.state}">${key.state}</span></td>
<td>${ago(key.enrolledAt, now)}<span class="why"> by ${key.enrolledBy}</span></td>
<td>${ago(key.lastSeenAt, now)}</td><td>${keyDeeds(key, viewer)}</td></tr>
`,
  );
  const head = ['Node', 'Cluster', 'State', 'Enrolled', 'Last seen', 'Change'];
  const more = sorted.length - rows.length;
  const rest = html`<p class="why">and ${more} more: <code>muster node list</code></p>`;
  return html`${scrolling('Keys of nodes', [head, rows])}${more > 0 ? rest : null}`;
}

function keyDeeds({ cluster, node, state }: NodeKey, viewer: Viewer): Html | null {
  if (state === 'revoked') return null;
  const href = nodeHref(cluster, node);
  const revoke = twoSteps(
    {
      ...{ action: `${href}/revoke`, verb: 'Revoke', of: node },
      consequence: 'Its keys are of no more use; it has to enrol again to deliver.',
    },
    viewer,
  );
  if (state !== 'pending') return revoke;
  return html`<form method="post" action="${href}/approve">${csrfField(viewer)}
<button>Approve<span class="unsaid"> ${node}</span></button></form>${revoke}`;
}

function secretBlock({ secret, token }: { secret: string; token: EnrolmentToken }): Html {
  return html`<div class="card secret" role="status">
<p>For <b>${token.node}</b>, once, until ${exactTime(token.expiresAt)}. It is shown only now:</p>
<p class="answer"><code>${secret}</code>
<button type="button" class="copy" data-copy="${secret}" hidden>Copy the token</button></p></div>`;
}

function enrolmentTable(tokens: readonly EnrolmentToken[], { viewer, now }: Administration): Html {
  const waiting = tokens.filter(({ usedAt }) => usedAt === null);
  if (waiting.length === 0) return html`<p>No node is awaited.</p>`;
  const rows = waiting.map(({ id, cluster, node, createdAt, createdBy, expiresAt }) => {
    const action = `/operations/enrolment-tokens/${id}/revoke`;
    const consequence = 'The node can no longer enrol with it.';
    const deed = { action, verb: 'Revoke', of: `the token for ${node}`, consequence };
    return html`<tr><th scope="row">${node}</th><td>${cluster}</td>
<td>${ago(createdAt, now)}<span class="why"> by ${createdBy}</span></td>
<td>${ago(expiresAt, now)}</td><td>${twoSteps(deed, viewer)}</td></tr>
`;
  });
  const head = ['Node', 'Cluster', 'Made', 'Ends', 'Change'];
  return scrolling('Enrolment tokens', [head, rows]);
}

function enrolForm(viewer: Viewer, clusters: readonly string[]): Html {
  return html`<form class="fields card" method="post" action="/operations/enrolment-tokens">
${csrfField(viewer)}<h3>Let a node enrol</h3>
${fieldLine({ name: 'cluster', label: 'Cluster', required: true, known: clusters })}
${fieldLine({ name: 'node', label: 'Node', required: true, hint: 'as it calls itself: its FQDN' })}
${fieldLine({ name: 'hours', label: 'Hours it holds', type: 'number', value: '24' })}
<button>Make an enrolment token</button></form>`;
}

function tokenTable(tokens: readonly StoredToken[], { viewer, now }: Administration): Html {
  const rows = tokens.map(({ id, name, role, cluster, expiresAt, lastUsedAt }) => {
    const action = `/operations/tokens/${id}/revoke`;
    const consequence = 'Whoever uses it is shut out at once, and signed out.';
    const deed = { action, verb: 'Revoke', of: `token ${id}`, consequence };
    return html`<tr><th scope="row">${name}<span class="why"> ${id}</span></th><td>${role}</td>
<td>${cluster ?? 'all clusters'}</td><td>${expiresAt === null ? 'never' : ago(expiresAt, now)}</td>
<td>${ago(lastUsedAt, now)}</td><td>${twoSteps(deed, viewer)}</td></tr>
`;
  });
  const head = ['Name', 'Role', 'Reaches', 'Ends', 'Last used', 'Change'];
  return html`${scrolling('Tokens', [head, rows])}
<p class="why">New ones are made at the collector: <code>muster token create --name NAME --role
reader</code></p>`;
}

function auditTable(entries: readonly AuditEntry[]): Html {
  const rows = entries.map(
    ({ at, by, action, cluster, subject }) => html`<tr><td>${exactTime(at)}</td><td>${by}</td>
<td><code>${action}</code></td><td>${cluster ?? ''}</td><td>${subject}</td></tr>
`,
  );
  const last = entries.at(-1);
  const older = html`<p><a href="/operations?before=${last?.id ?? 0}#audit">Older entries</a></p>`;
  const table = scrolling('Audit log', [['When', 'Who', 'What', 'Cluster', 'Of what'], rows]);
  return html`${table}${last === undefined || last.id === 1 ? null : older}`;
}

function ago(at: Date | null, now: Date): Html {
  if (at === null) return html`never`;
  return relativeTime(at.toISOString(), now.getTime() - at.getTime());
}
