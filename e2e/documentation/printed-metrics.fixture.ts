/** The metrics that /metrics printed: for each name, the labels, and for each label its values. */
export class PrintedMetrics {
  private readonly metrics = new Map<string, Map<string, Set<string>>>();

  /** Adds what was printed at one moment. */
  add(text: string): void {
    for (const line of text.split('\n')) {
      const [, name, labels = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
      if (name === undefined) continue;
      const known = this.metrics.get(name) ?? new Map<string, Set<string>>();
      this.metrics.set(name, known);
      for (const [, label, value] of labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
        known.set(label!, (known.get(label!) ?? new Set()).add(value!));
      }
    }
  }

  /** All names, those of a histogram's parts without their endings. */
  get names(): string[] {
    const isPart = (name: string) => this.metrics.has(`${name.replace(/_(count|sum)$/, '')}_bucket`);
    return [
      ...new Set(
        [...this.metrics.keys()].map((name) =>
          name.endsWith('_bucket') || isPart(name) ? name.replace(/_(bucket|count|sum)$/, '') : name,
        ),
      ),
    ];
  }

  has(name: string): boolean {
    return this.metrics.has(name);
  }

  /** The labels of a metric, or of a histogram by its own name; `le`, of buckets alone, left out there. */
  labelsOf(name: string): string[] {
    return [
      ...(this.metrics.get(name) ?? this.metrics.get(`${name}_count`) ?? new Map<string, never>()).keys(),
    ];
  }

  /** The values that a label of a metric was seen with. */
  valuesOf(name: string, label: string): string[] {
    return [...(this.metrics.get(name)?.get(label) ?? [])];
  }
}
