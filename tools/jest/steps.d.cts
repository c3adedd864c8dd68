export function stepsOf(work: () => unknown): number;
export function stopCounting(): void;
