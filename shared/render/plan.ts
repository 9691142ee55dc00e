import type { MaintenancePlan, PlanPhase, PlanStep } from '../maintenance-plan.ts';
import { formatDuration } from '../units.ts';
import { visible } from './safe.ts';

const HEADS: Record<PlanPhase, string> = {
  prepare: 'before',
  move: 'moves',
  down: 'down',
  return: 'and back, once the work is done',
  restore: 'guests back, once verify --after is open',
};

/** A plan as commands to paste, with the reason of each as a comment of the shell behind it. */
export function planLines(plan: MaintenancePlan | undefined): string[] {
  if (plan === undefined) return [];
  const { steps, expectedMs, notes, drain } = plan;
  const moves = steps.filter(({ phase }) => phase === 'move').length;
  const took = moves === 0 ? 'no guest to move' : `moves take ${formatDuration(expectedMs)}`;
  const lines = [`# plan for ${visible(drain.join(', '))}: ${took}`];
  let last: Pick<PlanStep, 'phase' | 'on'> | null = null;
  for (const step of steps) {
    if (step.phase !== last?.phase || step.on !== last.on) {
      lines.push(`# ${HEADS[step.phase]}, on ${visible(step.on)}:`);
    }
    lines.push(stepLine(step));
    last = step;
  }
  return [...lines, ...notes.map((note) => `# ${visible(note)}`)];
}

function stepLine({ command, reason, expectedMs }: PlanStep): string {
  const took = expectedMs === null ? '' : `, ${formatDuration(expectedMs)}`;
  return `${visible(command)}  # ${visible(reason)}${took}`;
}
