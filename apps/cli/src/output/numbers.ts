/** A number as people read it: 20,000. */
export function written(value: number): string {
  return value.toLocaleString('en');
}
