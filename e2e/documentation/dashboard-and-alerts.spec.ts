import { platformForThisFile } from '@belfry/kit/platform-for-this-file';
import { MailServer } from '@belfry/kit/mail-server';
import { Endpoint } from '@belfry/kit/endpoint';
import { waitFor } from '@belfry/kit/waiting';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { PrintedMetrics } from './printed-metrics.fixture.js';
import { parseQuery, type Query } from './promql.fixture.js';

const read = (file: string) => readFileSync(resolve(__dirname, '../../docs/operations', file), 'utf8');

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
  readonly datasource?: { readonly uid: string };
}
const dashboard = JSON.parse(read('grafana-dashboard.json')) as {
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
};
const rules = (
  parse(read('alerts.yaml')) as {
    groups: {
      rules: {
        alert: string;
        expr: string;
        labels: object;
        annotations: { summary: string; runbook: string };
      }[];
    }[];
  }
).groups.flatMap((group) => group.rules);

/** Of Prometheus itself, put to everything that it scrapes. */
const labelsOfPrometheus = ['job', 'instance'];
const metricsOfPrometheus = ['up'];

/** Every expression, with the labels that the text beside it names. */
const queries = [
  ...rules.map(({ alert, expr, annotations }) => ({
    name: `alert ${alert}`,
    query: parseQuery(expr),
    shown: [...annotations.summary.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label!),
  })),
  ...dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr, legendFormat }, place) => ({
      name: `panel ${title}, query ${place + 1}`,
      query: parseQuery(expr.replaceAll('$__rate_interval', '1m')),
      shown: [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!),
    })),
  ),
];

const printed = new PrintedMetrics();
let endpoint: Endpoint;
let mailServer: MailServer;
beforeAll(async () => {
  [endpoint, mailServer] = await Promise.all([Endpoint.start(), MailServer.start()]);
});
const platform = platformForThisFile(() => ({ SMTP_URL: mailServer.url }));
// After the platform, which keeps connections to them.
afterAll(() => Promise.all([endpoint?.stop(), mailServer?.stop()]));

// A label is printed once something has happened that it tells of.
beforeAll(async () => {
  const { server } = platform;
  await server.makeAccount(42, {
    webhook_url: endpoint.url(),
    events: { integration_created: { send_webhook: true } },
  });
  const event = {
    event_type: 'integration_created',
    environment: 'production',
    account_id: 42,
    data: { integration_id: 3, integration_name: 'CRM sync' },
  };
  await server.post('/v1/events', event);
  await server.post('/v1/events/batch', { events: [event] });
  const [{ delivery_id: id }] = await server.finishedDeliveries(42, 4);
  await server.post(`/v1/accounts/42/deliveries/${id}/redeliver`, undefined);
  await server.finishedDeliveries(42, 5);
  await waitFor(async () => {
    printed.add((await server.get('/metrics')).body as string);
    return printed.valuesOf('belfry_database_seconds_count', 'operation').length === 3;
  });
});

it.each(queries)('$name asks for metrics and labels that are there', ({ query, shown }) => {
  expect(query.selectors.length).toBeGreaterThan(0);
  for (const { metric, conditions } of query.selectors) {
    if (metricsOfPrometheus.includes(metric)) continue;
    expect([metric, printed.has(metric)]).toEqual([metric, true]);
    for (const { label, operator, value } of conditions) {
      if (labelsOfPrometheus.includes(label)) continue;
      expect(printed.labelsOf(metric)).toContain(label);
      // What HTTP has to say is known, and what goes wrong can't all be made to happen here.
      if (label !== 'status') expect(printed.valuesOf(metric, label).some(meets(operator, value))).toBe(true);
    }
  }
  for (const label of [...query.groupedBy, ...shown]) expect(labelsKnownTo(query)).toContain(label);
});

it('nothing in the dashboard is bound to one installation', () => {
  const variables = dashboard.templating.list.map(({ name }) => name);
  expect(variables).toEqual(['datasource', 'job', 'instance']);
  for (const { type, datasource } of dashboard.panels) {
    if (type !== 'row') expect(datasource?.uid).toBe('${datasource}');
  }
  for (const { definition } of dashboard.templating.list) {
    const [, metric] = /^label_values\((\w+)/.exec(definition ?? '') ?? [];
    if (definition !== undefined) expect(printed.names).toContain(metric);
  }
});

it('every metric of ours is explained with its labels, and no other', () => {
  const page = read('metrics.md');
  const explained = new Map(
    [...page.matchAll(/^\| `(belfry_\w+)` *\|[^|]*\|([^|]*)\|/gm)].map(([, name, labels]) => [
      name!,
      [...labels!.matchAll(/`(\w+)`/g)].map(([, label]) => label!),
    ]),
  );
  expect([...explained.keys()].sort()).toEqual(
    printed.names.filter((name) => name.startsWith('belfry_')).sort(),
  );
  for (const [name, labels] of explained)
    expect([name, printed.labelsOf(name).sort()]).toEqual([name, labels.sort()]);
});

it('every alert says how bad it is, and has its page of what to do', () => {
  const headings = [...read('alerts.md').matchAll(/^## (\w+)$/gm)].map(([, heading]) => heading!);
  expect(headings.filter((heading) => heading.startsWith('Belfry')).sort()).toEqual(
    rules.map(({ alert }) => alert).sort(),
  );
  for (const { alert, labels, annotations } of rules) {
    expect(labels).toEqual({ severity: expect.stringMatching(/^(critical|warning)$/) });
    expect(annotations.runbook).toBe(`docs/operations/alerts.md#${alert.toLowerCase()}`);
  }
});

function meets(operator: string, wanted: string): (value: string) => boolean {
  const pattern = new RegExp(`^(?:${wanted})$`);
  const byOperator: Record<string, (value: string) => boolean> = {
    '=': (value) => value === wanted,
    '!=': (value) => value !== wanted,
    '=~': (value) => pattern.test(value),
    '!~': (value) => !pattern.test(value),
  };
  return byOperator[operator]!;
}

function labelsKnownTo({ selectors }: Query): string[] {
  return [...labelsOfPrometheus, ...selectors.flatMap(({ metric }) => printed.labelsOf(metric))];
}
