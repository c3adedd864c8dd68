export const fetchedHelm: string;
export function findHelm(): string | null;
