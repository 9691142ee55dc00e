import { inSubnet, parsePrefix } from '../shared/ip.ts';

/** Whether somebody's word is taken for whom they forward, by the address of their connection. */
export type Trusts = (address: string) => boolean;

const thisMachine = ['127.0.0.0/8', '::1/128'];

/** Trusts the proxies of this machine, and those in the networks that were named. */
export function trustedProxies(networks: readonly string[] = []): Trusts {
  const prefixes = [...thisMachine, ...networks].flatMap((text) => parsePrefix(text) ?? []);
  return (address) => {
    const plain = plainAddress(address);
    return prefixes.some((prefix) => inSubnet(plain, prefix.address, prefix.prefixLength));
  };
}

/** An address as others write it: without its zone, and IPv4 as such where IPv6 bears it. */
export function plainAddress(address: string): string {
  const plain = address.split('%', 1)[0] ?? '';
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain)?.[1] ?? plain;
}
