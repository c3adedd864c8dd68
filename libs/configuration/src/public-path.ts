/**
 * The path that people reach this service under, where it shares the name of a host with others: that of `PUBLIC_URL`.
 * The service itself answers at its own paths; the path is taken off what a proxy hands on with it, and put before every
 * address that a browser is led to.
 */
import { failure, success, type Result } from '@belfry/domain';

/** What this service's own paths begin with: a path that began like one could not be told from a path that a proxy has already stripped. */
export const ownFirstSegments = [
  ...['v1', 'portal', 'assets', 'company', 'deliveries'],
  ...['docs', 'openapi.json', 'problems', 'health', 'metrics', 'dev'],
] as const;

/** The path of `PUBLIC_URL`, such as `/notifications`: without a slash at its end, and empty at the root of a host. */
export function publicPathOf(publicUrl: string): string {
  return new URL(publicUrl).pathname.replace(/\/$/, '');
}

/** The path of an address where it can be served; a problem that says what is wrong with it. */
export function judgePublicPath(publicUrl: string): Result<string> {
  const path = publicPathOf(publicUrl);
  const pointer = '/PUBLIC_URL';
  if (!/^(\/[\w.~-]+)*$/.test(path)) {
    const message =
      'may have a path of letters, digits and - . _ ~ between single slashes, such as https://platform.example.com/notifications';
    return failure({ pointer, message });
  }
  const [, first = ''] = path.split('/');
  if (ownFirstSegments.some((own) => own === first)) {
    const message = `must not have a path that begins with /${first}, which is one of this service's own. Choose another, such as /notifications`;
    return failure({ pointer, message });
  }
  return success(path);
}

/** The path that a route is found by, of a request that a proxy handed on with the public path or without. */
export function withoutPublicPath(requestUrl: string, publicPath: string): string {
  return requestUrl.startsWith(`${publicPath}/`) ? requestUrl.slice(publicPath.length) : requestUrl;
}
