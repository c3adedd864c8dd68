import { failure, success, type Problem, type Result } from '@belfry/domain';
import { isIP } from 'node:net';

/**
 * Reads a comma-separated list of name servers: `192.0.2.53`, `192.0.2.53:5353`, `2001:db8::53` or `[2001:db8::53]:5353`.
 * Each bad entry is a problem that names it. Their order counts: the next is asked where one does not answer.
 */
export function parseNameServers(list: string): Result<readonly string[]> {
  const entries = list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const problems: Problem[] = entries
    .filter((entry) => !isNameServer(entry))
    .map((entry) => ({
      pointer: '',
      message: `must be a comma-separated list of addresses, with or without a port, such as 192.0.2.53 or [2001:db8::53]:5353: "${entry}" is not one`,
    }));
  if (entries.length === 0)
    problems.push({ pointer: '', message: 'must name a name server, or be left unset' });
  return problems.length > 0 ? failure(...problems) : success(entries);
}

function isNameServer(entry: string): boolean {
  if (isIP(entry) !== 0) return true;
  const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(entry) ?? [];
  const isAddress = v6 === undefined ? isIP(v4 ?? '') === 4 : isIP(v6) === 6;
  return isAddress && (port === undefined || (Number(port) >= 1 && Number(port) <= 65_535));
}
