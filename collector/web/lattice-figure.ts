import { listed } from '../../shared/wording.ts';
import type { Stop } from '../cluster/cpu/blockers.ts';
import type { Lattice, LatticeModel } from '../cluster/cpu/lattice.ts';
import { type Html, html } from './html.ts';
import {
  BOX_HEIGHT,
  BOX_WIDTH,
  drawingOf,
  type LatticeDrawing,
  type PlacedModel,
} from './lattice.ts';

/** The models round the answer, as a drawing and, for those who cannot see it, as a list. */
export function latticeFigure(lattice: Lattice): Html {
  const drawing = drawingOf(lattice);
  return html`<figure class="lattice">
<figcaption>Models by what they offer: each line goes up to a model that has all of the one below
and more. What stops a model stands under it.</figcaption>
<div class="scroll plain" role="region" aria-label="Models by what they offer" tabindex="0">
${drawingSvg(drawing)}</div>
<ul class="lattice-list">${[...lattice.models].reverse().map((model) => modelItem(model, lattice))}
</ul></figure>`;
}

function drawingSvg({ width, height, models, lines }: LatticeDrawing): Html {
  return html`<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"
aria-hidden="true" focusable="false">
${lines.map(
  ({ from, to }) => html`<line class="${to.state}" x1="${from.x}" y1="${from.y - BOX_HEIGHT / 2}"
x2="${to.x}" y2="${to.y + BOX_HEIGHT / 2 + (to.state === 'blocked' ? LABEL_HEIGHT : 0)}"/>
`,
)}${models.map(modelBox)}</svg>`;
}

const LABEL_HEIGHT = 18;

function modelBox(model: PlacedModel): Html {
  const { x, y, state, name } = model;
  const label =
    state === 'blocked'
      ? html`<text class="stop" x="${x}" y="${y + BOX_HEIGHT / 2 + 13}">${shortStop(model)}</text>`
      : null;
  return html`<g class="${state}"><title>${titleOf(model)}</title>
<rect x="${x - BOX_WIDTH / 2}" y="${y - BOX_HEIGHT / 2}" width="${BOX_WIDTH}"
height="${BOX_HEIGHT}" rx="5"/>
<text x="${x}" y="${y + 5}">${signs[state]} ${cut(name, NAME_MAX)}</text>${label}</g>
`;
}

const signs = { chosen: '✓', runs: '✓', blocked: '✕' };
const stateWords = { chosen: 'chosen', runs: 'runs on every node', blocked: 'blocked' };
/** What fits into a box, and below it. */
const NAME_MAX = 26;
const LABEL_MAX = 34;

function titleOf({ name, state, stops }: LatticeModel): string {
  return [`${name}: ${stateWords[state]}`, ...stops.map(stopWords)].join('\n');
}

/** The first thing that stops it: `node02: no avx512f, +3 more`. */
function shortStop({ stops }: LatticeModel): string {
  const [first] = stops;
  if (first === undefined) return '';
  const { nodes, missing, unknown, qemuFrom } = first;
  const features = [...missing.map(({ feature }) => feature), ...unknown];
  const what = features[0] ?? `QEMU before ${qemuFrom}`;
  const rest = features.length - 1 + stops.length - 1;
  const host = cut(nodes[0]?.split('.')[0] ?? '', 12);
  const who = nodes.length > 1 ? `${nodes.length} nodes` : host;
  const verb = features[0] === undefined ? '' : missing.length > 0 ? 'no ' : 'not known: ';
  return cut(`${who}: ${verb}${what}${rest > 0 ? `, +${rest}` : ''}`, LABEL_MAX);
}

function stopWords({ nodes, missing, unknown, qemuFrom }: Stop): string {
  const words = [
    missing.length === 0 ? '' : `no ${some(missing.map(({ feature }) => feature))}`,
    unknown.length === 0 ? '' : `not known: ${some(unknown)}`,
    qemuFrom === null ? '' : `its QEMU does not know it, ${qemuFrom} does`,
  ];
  return `${listed(nodes)}: ${words.filter(Boolean).join('; ')}`;
}

/** A model of another age lacks dozens. */
const FEATURES_MAX = 6;

function some(features: readonly string[]): string {
  const more = features.length - FEATURES_MAX;
  return more > 1 ? listed([...features.slice(0, FEATURES_MAX), `${more} more`]) : listed(features);
}

function modelItem(model: LatticeModel, { edges }: Lattice): Html {
  const { name, state, stops, without } = model;
  const below = edges.filter(({ upper }) => upper === name).map(({ lower }) => lower);
  const parts = [
    stateWords[state],
    without.length === 0 ? '' : `without ${listed(without)}`,
    below.length === 0 ? '' : `offers all of ${listed(below)}`,
  ];
  return html`<li class="${state}"><b>${name}</b>: ${parts.filter(Boolean).join('; ')}${
    stops.length === 0
      ? null
      : html`<ul>${stops.map((stop) => html`<li>${stopWords(stop)}</li>`)}</ul>`
  }</li>
`;
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
