import { isIP } from 'node:net';
import type { Address } from './address.js';

/** Where the machine's hosts file stands. */
export const hostsFilePath =
  process.platform === 'win32'
    ? `${process.env['SystemRoot'] ?? 'C:\\Windows'}\\System32\\drivers\\etc\\hosts`
    : '/etc/hosts';

/**
 * Reads a hosts file (hosts(5)): an address and its names a line, `#` begins a comment. Answers each name's addresses,
 * names in lower case. Lines that begin with no address are passed over.
 */
export function parseHosts(text: string): ReadonlyMap<string, readonly Address[]> {
  const names = new Map<string, Address[]>();
  for (const line of text.split('\n')) {
    const [address = '', ...aliases] = line.replace(/#.*/, '').trim().split(/\s+/);
    const family = isIP(address);
    if (family !== 4 && family !== 6) continue;
    for (const alias of aliases) {
      const name = alias.toLowerCase();
      const known = names.get(name) ?? [];
      if (!known.some((one) => one.address === address)) known.push({ address, family });
      names.set(name, known);
    }
  }
  return names;
}
