import { html } from './html.ts';
import { page } from './layout.ts';

/** What a person sees instead of a page that cannot be shown. */
export function problemPage(problem: { title: string; status: number; detail: string }): string {
  const hint =
    problem.status === 401
      ? html`<p>Start the collector with <code>--open-page</code> on loopback to read the page
without a token, or send <code>Authorization: Bearer …</code> with a reader token.</p>`
      : null;
  return page({
    title: problem.title,
    trail: [],
    at: null,
    json: null,
    main: html`<div class="notice"><p class="code">${problem.status}</p>
<h1>${problem.title}</h1><p>${problem.detail}</p>${hint}
<p><a href="/">All clusters</a></p></div>`,
  });
}
