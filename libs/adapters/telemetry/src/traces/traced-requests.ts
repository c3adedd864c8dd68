import {
  defaultTextMapGetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
} from '@opentelemetry/semantic-conventions';
import type { AsyncLocalStorage } from 'node:async_hooks';
import type { RequestSpan } from './tracing.js';

const propagator = new W3CTraceContextPropagator();

/** Begins the span of a request, within the trace that its `traceparent` names. */
export function beginRequest(
  tracer: Tracer,
  requests: AsyncLocalStorage<Context | undefined>,
  method: string,
  route: string | undefined,
  headers: Readonly<Record<string, string | string[] | undefined>>,
): RequestSpan {
  const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
  const span = tracer.startSpan(
    route === undefined ? method : `${method} ${route}`,
    {
      kind: SpanKind.SERVER,
      attributes: {
        [ATTR_HTTP_REQUEST_METHOD]: method,
        ...(route === undefined ? {} : { [ATTR_HTTP_ROUTE]: route }),
      },
    },
    parent,
  );
  const context = trace.setSpan(parent, span);
  return {
    run: (handle) => requests.run(context, handle),
    end: (status) => {
      // Also one that is not recorded; a second end would be complained of.
      if (!span.isRecording()) return;
      if (status !== null) span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, status);
      // A 4xx is the caller's mistake and no failure of this process: OpenTelemetry's conventions for HTTP servers.
      const failure = status === null ? 'aborted' : status >= 500 ? String(status) : null;
      if (failure !== null) {
        span.setAttribute(ATTR_ERROR_TYPE, failure).setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}
