import { z } from 'zod';
import type { InventoryFacts } from '../../shared/facts/inventory.ts';
import { firstAnswer } from '../attempts.ts';
import { type Host, HostError, type InventoryTopic, ParseError } from '../host/host.ts';
import { type Probe, reading } from '../probe.ts';
import { NET, networkCards, PCI, storageControllers } from '../system/devices.ts';

type Modules = InventoryFacts['memoryModules'];

/** What the machine says it is: maker, product, firmware and memory modules. */
export const inventoryProbe: Probe<'inventory'> = {
  section: 'inventory',
  timeoutMs: 20_000,
  needsRoot: 'memory modules (DMI tables)',
  async collect(host) {
    const sources = new Sources(host);
    const facts = {
      manufacturer: await sources.statement('sys_vendor', 'system', 'manufacturer'),
      product: await sources.statement('product_name', 'system', 'model'),
      serialNumber: await sources.statement('product_serial', 'system', 'serial'),
      boardManufacturer: await sources.statement('board_vendor', 'baseboard', 'manufacturer'),
      boardProduct: await sources.statement('board_name', 'baseboard', 'model'),
      firmwareVendor: await sources.statement('bios_vendor', 'bios', 'vendor'),
      firmwareVersion: await sources.statement('bios_version', 'bios', 'version'),
      firmwareDate: await sources.statement('bios_date', 'bios', 'releaseDate'),
      memoryModules: await sources.memoryModules(),
    };
    sources.insistOnOne();
    return {
      ...facts,
      storageControllers: await reading(PCI, () => storageControllers(host)),
      networkCards: await reading(NET, () => networkCards(host)),
    };
  },
};

/** The kernel's DMI files, and behind them the library's topics, each asked once at most. */
class Sources {
  private readonly host: Host;
  private readonly topics = new Map<InventoryTopic, Promise<unknown>>();
  private answered = false;
  private refusal: HostError | null = null;

  constructor(host: Host) {
    this.host = host;
  }

  /** What one DMI file says, or one key of a topic where the file is not to be had; else null. */
  async statement(file: string, topic: InventoryTopic, key: string): Promise<string | null> {
    const text = await this.attempt(
      () => this.host.read(`/sys/class/dmi/id/${file}`),
      async () => textOf(topic, key, await this.topic(topic)),
    );
    return text === null ? null : stated(text);
  }

  /** The memory modules that dmidecode told; null when it told nothing. */
  async memoryModules(): Promise<Modules> {
    return this.attempt(async () => parseMemoryLayout(await this.topic('memLayout')));
  }

  /** A host that answered nothing at all has no inventory, rather than an empty one. */
  insistOnOne(): void {
    if (!this.answered && this.refusal) throw this.refusal;
  }

  private async attempt<T>(...attempts: (() => Promise<T>)[]): Promise<T | null> {
    try {
      const answer = await firstAnswer(attempts);
      this.answered = true;
      return answer;
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      this.refusal ??= error;
      return null;
    }
  }

  private topic(topic: InventoryTopic): Promise<unknown> {
    const asked = this.topics.get(topic) ?? this.host.inventory(topic);
    this.topics.set(topic, asked);
    return asked;
  }
}

/** What firmware, or the library for it, writes where it has nothing to say; in lower case. */
const FILLERS = new Set([
  ...['', '-', '0', '-1', 'none', 'n/a', 'unknown', 'undefined', 'empty', '0123456789'],
  ...['not specified', 'not provided', 'not available', 'not applicable', 'default string'],
  ...['to be filled by o.e.m.', 'system manufacturer', 'system product name'],
  ...['system serial number', 'system version', 'base board serial number', 'no dimm'],
  // the library's own inventions for a product it does not know
  ...['computer', 'docker container'],
]);

/** A text as the firmware states it; null when it is one of the known fillers. */
export function stated(text: string): string | null {
  const trimmed = text.trim();
  return FILLERS.has(trimmed.toLowerCase()) ? null : trimmed;
}

function textOf(topic: InventoryTopic, key: string, answer: unknown): string {
  const parsed = z.record(z.string(), z.unknown()).safeParse(answer);
  if (!parsed.success) throw new ParseError(`the inventory's "${topic}" is not an object`);
  const value = parsed.data[key];
  return typeof value === 'string' ? value : '';
}

const moduleSchema = z.object({
  size: z.int().nonnegative(),
  bank: z.string(),
  type: z.string(),
  clockSpeed: z.number().nullish(),
  formFactor: z.string(),
  manufacturer: z.string().default(''),
  partNum: z.string(),
  serialNum: z.string(),
});

/** The modules of the library's memory layout; null when it made one up for want of dmidecode. */
export function parseMemoryLayout(answer: unknown): Modules {
  const parsed = z.array(moduleSchema).safeParse(answer);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ParseError(`the memory layout: ${issue?.path.join('.')} ${issue?.message}`);
  }
  if (parsed.data.every(isMadeUp)) return null;
  return parsed.data.map((module) => ({
    slot: stated(module.bank),
    sizeBytes: module.size,
    type: stated(module.type),
    speedMtps: module.clockSpeed && module.clockSpeed > 0 ? Math.round(module.clockSpeed) : null,
    manufacturer: stated(module.manufacturer),
    partNumber: stated(module.partNum),
    serialNumber: stated(module.serialNum),
  }));
}

/** Without dmidecode the library makes up one module as large as all memory, and no more of it. */
function isMadeUp(module: z.infer<typeof moduleSchema>): boolean {
  const { bank, type, formFactor, manufacturer, partNum, serialNum } = module;
  const told = [bank, type, formFactor, manufacturer, partNum, serialNum];
  return told.every((text) => stated(text) === null);
}
