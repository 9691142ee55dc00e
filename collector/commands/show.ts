import { checks } from '../../shared/checks/index.ts';
import type { GateResult } from '../../shared/gate.ts';
import { type Io, wantsColor } from '../../shared/io.ts';
import { renderGateJson } from '../../shared/render/json.ts';
import { renderGate } from '../../shared/render/text.ts';
import { clusterChecks } from '../cluster/index.ts';
import { reportCards } from '../freshness.ts';
import type { OutputOptions } from './options.ts';

/** A gate's answer in the format asked for. */
export function showGate(result: GateResult, options: OutputOptions, io: Io): string {
  if (options.format === 'json') return renderGateJson(result);
  const color = wantsColor(options.color, io);
  return renderGate(result, { verbose: options.verbose, color, why: whyOf });
}

function whyOf(id: string): string | undefined {
  return [...reportCards, ...checks, ...clusterChecks].find((check) => check.id === id)?.why;
}
