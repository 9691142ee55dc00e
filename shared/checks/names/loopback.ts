import { canonicalIp, inSubnet } from '../../ip.ts';

/** Whether an address leads back to the node itself: 127.0.0.0/8 or ::1. */
export function isLoopback(address: string): boolean {
  return inSubnet(address, '127.0.0.0', 8) || canonicalIp(address) === '::1';
}
