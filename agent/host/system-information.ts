import { within } from './deadline.ts';
import { HostError, type InventoryTopic } from './host.ts';
import { inventorySource } from './limits.ts';
import { COMMAND_FOLDERS, run } from './run.ts';
import { hostErrorOf } from './system-error.ts';

/** The library runs up to 14 processes for one topic, and sets no time limit on any. */
const INVENTORY_TIMEOUT_MS = 15_000;

/** A topic of systeminformation: the raw answer of the library, placeholders and all. */
export async function readInventory(topic: InventoryTopic): Promise<unknown> {
  const source = inventorySource(topic);
  try {
    if (topic === 'memLayout') await requireModules(source);
    return await within(INVENTORY_TIMEOUT_MS, source, ask(topic));
  } catch (error) {
    throw hostErrorOf(error, source);
  }
}

/**
 * Where dmidecode is missing, denied, or finds no memory device, the library makes up one module of
 * all memory; so dmidecode is asked first.
 */
async function requireModules(source: string): Promise<void> {
  if (process.geteuid?.() !== 0) {
    throw new HostError('denied', source, 'memory modules are read from DMI tables, as root');
  }
  const { stdout } = await run('dmidecode', ['-t', 'memory']);
  if (!/^Memory Device$/m.test(stdout)) {
    throw new HostError('not_found', source, 'dmidecode: the firmware tells of no memory device');
  }
}

async function ask(topic: InventoryTopic): Promise<unknown> {
  // it looks its commands up in the PATH of the process, which may be anybody's
  process.env.PATH = COMMAND_FOLDERS.join(':');
  const library = await import('systeminformation');
  switch (topic) {
    case 'system':
      return await library.system();
    case 'baseboard':
      return await library.baseboard();
    case 'bios':
      return await library.bios();
    case 'memLayout':
      return await library.memLayout();
  }
}
