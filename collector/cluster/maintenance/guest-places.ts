import type { InstanceConfig } from '../../../shared/facts/ganeti-config.ts';
import type { Guest } from '../../../shared/facts/guests.ts';
import { fail, pass, unknown } from '../../../shared/judgement.ts';
import type { ClusterJudgement } from '../cluster-check.ts';
import { downNodes, type Maintenance } from './maintenance-check.ts';
import { factsOf, reading } from './view-node.ts';

/** Whether what runs on the nodes is what Ganeti has there, and runs nowhere else. */
export function judgePlaces(maintenance: Maintenance): ClusterJudgement[] {
  const { placement, view } = maintenance;
  const unclear = placement.unclear.map(({ name, process }) => ({
    ...unknown(process.status === 'failed' ? process.error.message : 'not known'),
    subject: name,
  }));
  const strays = downNodes(maintenance).flatMap((node): ClusterJudgement[] => {
    const guests = reading(() => factsOf(node, 'guests').guests);
    if (guests.status === 'failed') {
      return node.config.offline ? [] : [unknown(guests.error.message)];
    }
    return guests.value.flatMap((one) => {
      const { instance } = one;
      if (!mayRun(one)) return [];
      const has = view.guests.find(({ name }) => name === instance)?.instance;
      const why = strangeness(has, node.name);
      return why === null ? [] : [{ ...straying(instance, node.name, why), subject: instance }];
    });
  });
  const found = [...unclear, ...strays, ...judgeElsewhere(maintenance)];
  return found.length > 0 ? found : [pass('every guest that runs there is known to Ganeti')];
}

/** A guest of the nodes that runs on one that stays: started again, two would write its disks. */
function judgeElsewhere({ view, down }: Maintenance): ClusterJudgement[] {
  const staying = view.nodes.filter(({ name, config }) => !down.has(name) && !config.offline);
  const told = staying.map((node) => ({
    node,
    guests: reading(() => factsOf(node, 'guests').guests),
  }));
  const here = view.guests.filter(({ instance }) => down.has(instance.primaryNode));
  return here.flatMap(({ name, instance, process }): ClusterJudgement[] => {
    const missed =
      process.status === 'ok' && process.value === null && instance.adminState === 'up';
    return told.flatMap(({ node, guests }): ClusterJudgement[] => {
      if (guests.status === 'failed') {
        const why = `whether ${name} runs there is not known: ${guests.error.message}`;
        return missed ? [{ ...unknown(why), subject: name }] : [];
      }
      const runs = guests.value.some((one) => one.instance === name && mayRun(one));
      const why = `has it on ${instance.primaryNode}`;
      return runs ? [{ ...straying(name, node.name, why), subject: name }] : [];
    });
  });
}

/** Whether its pid file may still name it: a number that went to another program does not. */
function mayRun({ process }: Guest): boolean {
  return process.status === 'failed' || process.value.state === 'running';
}

function strangeness(instance: InstanceConfig | undefined, node: string): string | null {
  if (instance === undefined) return 'knows no such instance';
  if (instance.primaryNode !== node) return `has it on ${instance.primaryNode}`;
  return instance.adminState === 'up' ? null : `holds it for ${instance.adminState}`;
}

function straying(instance: string, node: string, why: string): ClusterJudgement {
  return fail(
    `${instance} runs on ${node}, but Ganeti ${why}`,
    `gnt-instance info ${instance}; stop it by hand, or gnt-instance startup to take it over`,
  );
}
