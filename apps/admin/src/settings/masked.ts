import { maskQueryValues } from '@belfry/domain';

/** What is shown where a secret value is. */
export const mask = '••••••••';

/** A webhook URL with its secret masked: a look over the shoulder, or a shared screen, reveals nothing. */
export function masked(url: string): string {
  return maskQueryValues(url).replaceAll('***', mask);
}
