import { html } from './html.ts';
import { type Page, page } from './layout.ts';
import { signInForm } from './sign-in-page.ts';

/** What a person sees instead of a page that cannot be shown; `path` is where they wanted to go. */
export function problemPage(
  problem: { title: string; status: number; detail: string },
  path: string,
): Page {
  const needsToken = problem.status === 401;
  const notice = needsToken
    ? html`<h1>Sign in to see this</h1>${signInForm(path, null)}
<p class="why">A program sends <code>Authorization: Bearer …</code> instead. On loopback,
<code>muster serve --open-page</code> shows the pages to everyone.</p>`
    : html`<p class="code">${problem.status}</p>
<h1>${problem.title}</h1><p>${problem.detail}</p>
<p><a href="/">All clusters</a></p>`;
  return page({
    title: needsToken ? 'Sign in' : problem.title,
    trail: [],
    at: null,
    json: [],
    main: html`<div class="notice">${notice}</div>`,
  });
}
