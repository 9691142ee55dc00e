import type { Format } from '../outputs.ts';
import { renderGithub } from './github.ts';
import { renderHtml } from './html.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderNagios } from './nagios.ts';
import { renderPrometheus } from './prometheus.ts';
import type { Render } from './render.ts';
import { renderSarif } from './sarif.ts';
import { renderTap } from './tap.ts';
import { renderText } from './text.ts';

/** Every format by its name. */
export const renderers: Record<Format, Render> = {
  text: renderText,
  json: renderJson,
  junit: renderJunit,
  tap: renderTap,
  nagios: renderNagios,
  prometheus: renderPrometheus,
  sarif: renderSarif,
  github: renderGithub,
  markdown: renderMarkdown,
  html: renderHtml,
};
