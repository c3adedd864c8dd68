/**
 * The variables of OpenTelemetry that decide whether and how traces are sent. All others (`OTEL_SERVICE_NAME`,
 * `OTEL_TRACES_SAMPLER`, `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_BSP_…`) are read by OpenTelemetry itself.
 */
import { failure, success, type Problem, type Result } from '@belfry/domain';
import type { TraceProtocol } from '@belfry/telemetry';
import { z } from 'zod';
import { namespace } from './namespace.js';

const text = z.string().optional();

/** Whether and how traces are sent. */
export const tracingConfig = namespace('tracing', {
  variables: {
    OTEL_EXPORTER_OTLP_ENDPOINT: text,
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: text,
    OTEL_EXPORTER_OTLP_PROTOCOL: text,
    OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: text,
    OTEL_TRACES_EXPORTER: text,
    OTEL_SDK_DISABLED: text,
  },
  contradictions: (values) => {
    const read = protocolIn(values);
    return read.ok ? [] : read.problems;
  },
  settings: (values) => {
    const read = protocolIn(values);
    return {
      /** How traces are sent; null: they are not. */
      protocol: read.ok ? read.value : null,
    };
  },
});

const protocols: readonly string[] = ['http/protobuf', 'http/json'] satisfies TraceProtocol[];

function protocolIn(given: Readonly<Record<string, string | undefined>>): Result<TraceProtocol | null> {
  const endpoints = ['OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'].filter(
    (name) => given[name] !== undefined,
  );
  const exporter = given['OTEL_TRACES_EXPORTER'] ?? 'otlp';
  const isOff = String(given['OTEL_SDK_DISABLED']).toLowerCase() === 'true' || exporter === 'none';
  if (endpoints.length === 0 || isOff) return success(null);

  const problems: Problem[] = endpoints
    .filter((name) => !isWebUrl(given[name] ?? ''))
    .map((name) => ({ pointer: `/${name}`, message: 'must be a URL such as http://collector:4318' }));
  if (exporter !== 'otlp') {
    problems.push({ pointer: '/OTEL_TRACES_EXPORTER', message: 'must be otlp or none' });
  }
  const name =
    given['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] === undefined
      ? 'OTEL_EXPORTER_OTLP_PROTOCOL'
      : 'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL';
  const protocol = given[name] ?? 'http/protobuf';
  if (!protocols.includes(protocol)) {
    problems.push({ pointer: `/${name}`, message: `must be ${protocols.join(' or ')}` });
  }
  return problems.length > 0 ? failure(...problems) : success(protocol as TraceProtocol);
}

function isWebUrl(text: string): boolean {
  return URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
}
