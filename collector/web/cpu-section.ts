import type { ConfiguredType } from '../configured-cpu-type.ts';
import type { CpuAdvice } from '../cpu-advice.ts';
import { type Html, html } from './html.ts';
import { latticeFigure } from './lattice-figure.ts';

/** The recommended cpu_type with what is configured, why not better, and the models round it. */
export function cpuSection(advice: readonly CpuAdvice[], configured: ConfiguredType): Html {
  return html`<section aria-labelledby="cpu-type"><h2 id="cpu-type">Recommended cpu_type</h2>
<p>${configuredWords(configured)}</p>
${advice.map((one) => adviceCard(one, configured))}</section>`;
}

/** What is configured, and by whom. */
export function configuredWords({ cpuType, source }: ConfiguredType): Html {
  const where = source === 'master' ? 'on the master' : 'in the policy';
  if (cpuType === null) return html`Configured ${where}: none.`;
  return html`Configured ${where}: <code>${cpuType}</code>.`;
}

/** Whether what is configured is what is recommended. */
export function isAsRecommended(advice: CpuAdvice, { cpuType }: ConfiguredType): boolean {
  return advice.cpuType !== null && advice.cpuType === cpuType;
}

function adviceCard(advice: CpuAdvice, configured: ConfiguredType): Html {
  const { group, cpuType, level, summary, reasons, commands, lattice } = advice;
  const answer =
    cpuType === null
      ? html`None can be recommended`
      : html`<code>${cpuType}</code> ${copyButton(cpuType, 'Copy the cpu_type')}`;
  const same = isAsRecommended(advice, configured) ? 'configured already' : null;
  return html`<div class="card advice">
${group === '' ? null : html`<h3>${group}</h3>`}
<p class="answer">${answer} <span class="level">${level}</span>
${same === null ? null : html`<span class="label">${same}</span>`}</p>
<p>${summary}</p>
${commands.length === 0 || same !== null ? null : commandsBlock(commands)}
${reasons.length === 0 ? null : whyNotBetter(reasons)}
${lattice === null ? null : latticeFigure(lattice)}
</div>`;
}

/** Shown by the page's own script, without which it could do nothing. */
function copyButton(text: string, label: string): Html {
  return html`<button type="button" class="copy" data-copy="${text}" aria-label="${label}"
hidden>Copy</button>`;
}

function commandsBlock(commands: readonly string[]): Html {
  const text = commands.join('\n');
  return html`<div class="commands"><pre tabindex="0"><code>${text}</code></pre>
${copyButton(text, 'Copy the commands')}</div>`;
}

function whyNotBetter(reasons: readonly string[]): Html {
  return html`<h3 class="why-not">Why not better</h3>
<ul class="reasons">${reasons.map((words) => html`<li>${words}</li>`)}</ul>`;
}
