import { z } from 'zod';
import { CommandError } from '../shared/exit.ts';
import { type Waiver, waiverSchema } from '../shared/waiver.ts';
import { askCluster, type ClusterAddress } from './client.ts';

const keptSchema = z.object({ id: z.int().positive(), waiver: waiverSchema });
const listSchema = z.object({ waivers: z.array(keptSchema) });

/** A waiver as a collector keeps it: with the number by which it is taken back. */
export type KeptWaiver = Waiver & { id: number };

/** The waivers that the collector keeps of the cluster, those that have expired too. */
export async function keptWaivers(address: ClusterAddress): Promise<KeptWaiver[]> {
  const answer = listSchema.safeParse(await askCluster(address, { path: '/waivers' }));
  if (!answer.success) throw notItsAnswer(address);
  return answer.data.waivers.map(flat);
}

/** Has the collector keep a waiver; needs an operator's token. */
export async function addKeptWaiver(address: ClusterAddress, body: Waiver): Promise<KeptWaiver> {
  const asking = { method: 'POST', path: '/waivers', body } as const;
  const answer = keptSchema.safeParse(await askCluster(address, asking));
  if (!answer.success) throw notItsAnswer(address);
  return flat(answer.data);
}

/** Has the collector take a waiver back; needs an operator's token. */
export async function removeKeptWaiver(address: ClusterAddress, id: number): Promise<void> {
  await askCluster(address, { method: 'DELETE', path: `/waivers/${id}` });
}

function flat({ id, waiver }: z.infer<typeof keptSchema>): KeptWaiver {
  return { id, ...waiver };
}

function notItsAnswer({ collector }: ClusterAddress): CommandError {
  return new CommandError('badData', `${collector}: not its answer; is this a collector?`);
}
