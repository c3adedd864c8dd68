import { parser } from '@prometheus-io/lezer-promql';

/** What a PromQL expression asks for. */
export interface Query {
  readonly selectors: readonly Selector[];
  /** Labels that results are grouped or matched by. */
  readonly groupedBy: readonly string[];
}

/** A metric with the conditions on its labels. */
export interface Selector {
  readonly metric: string;
  readonly conditions: readonly {
    readonly label: string;
    readonly operator: string;
    readonly value: string;
  }[];
}

/** Reads an expression by Prometheus' own grammar. Throws where it is not one. */
export function parseQuery(expression: string): Query {
  const selectors: { metric: string; conditions: Selector['conditions'][number][] }[] = [];
  const groupedBy: string[] = [];
  parser.parse(expression).iterate({
    enter: ({ name, node, from, to }) => {
      const text = expression.slice(from, to);
      if (node.type.isError) throw new Error(`not PromQL at ${from}: ${expression}`);
      if (name === 'VectorSelector') selectors.push({ metric: '', conditions: [] });
      if (name === 'Identifier' && node.parent?.name === 'VectorSelector') selectors.at(-1)!.metric = text;
      if (name === 'LabelName' && node.parent?.name === 'GroupingLabels') groupedBy.push(text);
      if (name !== 'UnquotedLabelMatcher') return;
      const part = (child: string) => {
        const found = node.getChild(child)!;
        return expression.slice(found.from, found.to);
      };
      selectors.at(-1)!.conditions.push({
        label: part('LabelName'),
        operator: part('MatchOp'),
        value: part('StringLiteral').slice(1, -1),
      });
    },
  });
  return { selectors, groupedBy };
}
