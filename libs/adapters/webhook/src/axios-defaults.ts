import type { HttpService } from '@nestjs/axios';

/**
 * Takes everything but the transport out of the defaults of this service's own axios instance: no default header can
 * reach the wire, no transformation the body, and axios has less to merge for each request.
 */
export function withoutDefaults(http: HttpService): HttpService {
  const defaults = http.axiosRef.defaults as Record<string, unknown>;
  for (const name of Object.keys(defaults)) {
    if (name !== 'adapter') Reflect.deleteProperty(defaults, name);
  }
  return http;
}
