import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { lastResort, recommend } from '../../../shared/cpu/recommend.ts';
import { type HostModels, judgeModels } from '../../../shared/cpu/runnable.ts';
import { captures, describeWith, reference } from '../../requirements.ts';
import { knownModels } from './hosts.ts';
import { caps, machines, proven, provenCaps } from './reference-machines.ts';

const clustersSchema = z.object({
  cases: z.array(
    z.object({
      machines: z.array(z.string()),
      vendors: z.array(z.string()),
      candidates: z.array(z.string()),
      maximalIgnoringTsx: z.array(z.string()),
      best: z.string(),
    }),
  ),
});

const ZEN4 = 'dump 10.0.0_x86_64+amdsev';
const ZEN2 = 'dump 10.0.0_x86_64';
const SAPPHIRE = 'SapphireRapids-v3,-hle,-rtm,-taa-no';
const GRANITE = 'GraniteRapids-v3,-hle,-rtm,-taa-no';

/** The worked examples: nodes, best as it stands, best with removals (= : the same), additions. */
const rows: [nodes: string, plain: string, soft: string, add: string][] = [
  ['Xeon-Gold-6130, Xeon-Gold-6130', 'Skylake-Server-v2', '=', 'stibp ssbd md-clear'],
  ['Xeon-Platinum-9242', 'Cascadelake-Server-v3', '=', 'stibp md-clear'],
  ['Xeon-Gold-6130, Xeon-Platinum-9242', 'Skylake-Server-v2', '=', 'stibp ssbd md-clear'],
  ['Xeon-E5-2609-v3, Xeon-E5-2623-v4', 'Haswell-v4', '=', 'pdpe1gb'],
  ['Xeon-E5-2609-v3, Xeon-Gold-6130', 'Haswell-v4', '=', 'pdpe1gb'],
  ['Xeon-E5-2650, Xeon-E5-2623-v4', 'SandyBridge-v2', '=', 'pcid pdpe1gb'],
  ['Core-i7-2600-xsaveopt, Xeon-E5-2650', 'Westmere-v1', 'SandyBridge-v1,-xsaveopt', 'pcid'],
  ['Core-i7-8550U, Xeon-E3-1245-v5', 'Broadwell-v2', 'Skylake-Client-v1,-hle,-rtm', 'pdpe1gb'],
  [
    ...(['Ice-Lake-Server, Xeon-Platinum-9242', 'Cascadelake-Server-v1'] as const),
    ...(['Cascadelake-Server-v2,-mds-no', 'stibp'] as const),
  ],
  ['Xeon-Gold-6530', 'Icelake-Server-v2', SAPPHIRE, 'stibp md-clear'],
  ['Xeon-Gold-6530, Xeon-6788P', 'Icelake-Server-v2', SAPPHIRE, ''],
  ['Xeon-6788P', 'Icelake-Server-v2', GRANITE, ''],
  [ZEN4, 'EPYC-Genoa-v1', '=', 'virt-ssbd'],
  [`${ZEN4}, ${ZEN2}`, 'EPYC-v2', 'EPYC-Rome-v1,-xsaves', 'amd-ssbd virt-ssbd'],
  [`EPYC-7713-64-Core, ${ZEN4}`, 'EPYC-Milan-v1', '=', ''],
  ['EPYC-7601-32-Core-ibpb, Ryzen-9-3900X-12-Core', 'Opteron_G3-v1', '=', 'ibpb pdpe1gb aes'],
];

describeWith([captures], 'recommendations for real machines', () => {
  test('the plain answer is right for all 180 clusters', () => {
    const file = readFileSync(reference('cpu', 'clusters.json'), 'utf8');
    const tally = { cases: 0, oneMaximal: 0, best: 0 };
    for (const one of clustersSchema.parse(JSON.parse(file)).cases) {
      const hosts = one.machines.map(host);
      const [vendor] = one.vendors;
      const same = new Set(one.vendors).size === 1 && vendor !== undefined;
      const plain = (same ? recommend(hosts, vendor) : lastResort(hosts)).plain?.cpuType ?? 'none';
      const who = one.machines.join(', ');
      expect(one.candidates, who).toContain(plain);
      expect(one.maximalIgnoringTsx, who).toContain(plain);
      if (one.maximalIgnoringTsx.length === 1) expect(plain, who).toBe(one.best);
      tally.cases++;
      tally.oneMaximal += Number(one.maximalIgnoringTsx.length === 1);
      tally.best += Number(plain === one.best);
    }
    expect(tally).toEqual({ cases: 180, oneMaximal: 117, best: 180 });
  });

  test.each(rows)('%s get %s, or %s, with %s added', (...row) => {
    const [nodes, plain, soft, add] = row;
    const hosts = nodes.split(', ').map(host);
    const { plain: simple, recommended } = recommend(hosts, hosts[0]?.vendor ?? null);
    expect({
      plain: simple?.cpuType,
      soft: [recommended?.base, ...(recommended?.remove ?? [])].join(',-'),
      add: recommended?.add.join(' '),
    }).toEqual({ plain, soft: soft === '=' ? plain : soft, add });
  });

  test('an Intel and an AMD node share nothing but the last resort', () => {
    const hosts = ['Xeon-Gold-6130', 'Ryzen-9-3900X-12-Core'].map(host);
    expect(recommend(hosts, null).plain?.cpuType).toBe('kvm64-v1');
    expect(lastResort(hosts).recommended?.level).toBe(3);
  });
});

const allMachines = new Map<string, HostModels>();

function host(name: string): HostModels {
  const known = allMachines.get(name);
  if (known) return known;
  const dump = name.startsWith('dump ') ? caps().get(name.slice(5)) : undefined;
  const machine = machines().get(name);
  const told = dump ? provenCaps(dump) : machine && proven(machine);
  if (!told) throw new Error(`no machine ${name}`);
  const models = knownModels(judgeModels(told, '7.2'));
  allMachines.set(name, models);
  return models;
}
