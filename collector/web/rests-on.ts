import { checks } from '../../shared/checks/index.ts';
import type { Section } from '../../shared/report.ts';
import { clusterChecks } from '../cluster/index.ts';
import { type Html, html } from './html.ts';

const needs: ReadonlyMap<string, readonly Section[]> = new Map(
  [...checks, ...clusterChecks].map(({ id, needs: sections }) => [id, sections]),
);

/** The facts that a check judges by, each one step away on the page of their node. */
export function restsOn(check: string): Html | null {
  const sections = needs.get(check) ?? [];
  if (sections.length === 0) return null;
  const links = sections.map(
    (section, index) =>
      html`${index === 0 ? null : ', '}<a href="#facts-${section}">${section}</a>`,
  );
  return html`<p class="why">Evidence: ${links}</p>`;
}
