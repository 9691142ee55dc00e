import { type Html, html } from './html.ts';
import { type Page, page } from './layout.ts';

/** Where a person signs in; `wrong` says why the last attempt failed. */
export function signInPage({ next, wrong }: { next: string; wrong: string | null }): Page {
  return page({
    title: 'Sign in',
    trail: [{ name: 'Sign in', href: '/sign-in' }],
    at: null,
    json: [],
    main: html`<div class="notice"><h1>Sign in</h1>
${signInForm(next, wrong)}</div>`,
  });
}

/** The form alone, for a page that says why it is needed. */
export function signInForm(next: string, wrong: string | null): Html {
  const mark = wrong === null ? null : html` aria-invalid="true" aria-describedby="wrong"`;
  return html`${wrong === null ? null : html`<p class="wrong" id="wrong" role="alert">${wrong}</p>`}
<form class="fields" method="post" action="/sign-in">
<input type="hidden" name="next" value="${next}">
<input type="text" name="username" value="muster" autocomplete="username" hidden>
<label for="token">Token</label>
<input id="token" name="token" type="password" required autocomplete="current-password"${mark}>
<button>Sign in</button>
</form>
<p class="why">A token of a reader, operator or admin, as <code>muster token create</code> gives it.
You stay signed in for 12 hours, or until the token ends.</p>`;
}
