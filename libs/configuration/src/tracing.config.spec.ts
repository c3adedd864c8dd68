import { tracingConfig } from './tracing.config.js';

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' };
const { read } = tracingConfig;
const wrongIn = (environment: Record<string, string>) =>
  read(environment).problems.map(({ pointer }) => pointer.slice(1));

describe('traces', () => {
  it.each([
    ['nobody said where to', {}],
    [
      'another signal alone has an endpoint',
      { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://collector:4318' },
    ],
    ['OpenTelemetry is turned off', { ...endpoint, OTEL_SDK_DISABLED: 'True' }],
    ['traces are turned off', { ...endpoint, OTEL_TRACES_EXPORTER: 'none' }],
    // Meant for other processes on the machine: no reason not to start.
    ['no endpoint is given, whatever the protocol', { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }],
  ])('are not sent where %s', (_why, environment) => {
    expect(read(environment)).toMatchObject({ settings: { protocol: null }, problems: [] });
  });

  it.each([
    ['protobuf', endpoint, 'http/protobuf'],
    ['protobuf', { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector/traces' }, 'http/protobuf'],
    ['JSON', { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, 'http/json'],
    [
      'what is said of traces',
      { ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' },
      'http/json',
    ],
  ])('are sent as %s', (_what, environment, protocol) => {
    expect(read(environment)).toMatchObject({ settings: { protocol }, problems: [] });
  });

  it('name every variable that is wrong, and show no value', () => {
    const environment = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
      OTEL_TRACES_EXPORTER: 'zipkin',
    };
    expect(wrongIn(environment)).toEqual([
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_TRACES_EXPORTER',
      'OTEL_EXPORTER_OTLP_PROTOCOL',
    ]);
    const { problems } = read(environment);
    for (const value of Object.values(environment))
      expect(JSON.stringify(problems)).not.toContain(`"${value}`);
  });
});
