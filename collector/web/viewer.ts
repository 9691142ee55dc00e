import { type Role, roleAllows } from '../roles.ts';
import { type Html, html } from './html.ts';

/** Who is signed in, as the pages know them. */
export interface Viewer {
  name: string;
  role: Role;
  /** null: all clusters */
  cluster: string | null;
  /** what every form of theirs carries, so that no other site can send it */
  csrf: string;
}

/** Whether the viewer may do what needs that role in the cluster; null: in all clusters. */
export function viewerMay(
  viewer: Viewer | null,
  needed: Role,
  cluster: string | null,
): viewer is Viewer {
  if (viewer === null || !roleAllows(viewer.role, needed)) return false;
  return viewer.cluster === null || viewer.cluster === cluster;
}

/** The hidden field that each form which changes something has to carry. */
export function csrfField({ csrf }: Viewer): Html {
  return html`<input type="hidden" name="csrf" value="${csrf}">`;
}

/** Who is signed in and the way out; or the way in, and back to where they were. */
export function viewerBlock(viewer: Viewer | null, path: string): Html {
  if (viewer === null) {
    const next = path === '/' ? '' : `?next=${encodeURIComponent(path)}`;
    return html`<p class="viewer"><a href="/sign-in${next}">Sign in</a></p>`;
  }
  return html`<form class="viewer" method="post" action="/sign-out">${csrfField(viewer)}
<span><b>${viewer.name}</b> <span class="label">${viewer.role}</span></span>
<button class="plain">Sign out</button></form>`;
}
