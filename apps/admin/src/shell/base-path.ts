/**
 * Where on its host the page is served: at the root, or under a path of a host that it shares with others. The server does
 * not know that path. All of the page's addresses are relative, so the document's own address tells.
 */
const base = new URL('.', document.baseURI).pathname;

/** The address on this host of a path of the page, or of the API beside it; the path begins with a slash. */
export function onThisHost(path: string): string {
  return base + path.slice(1);
}

/** The path of the page that an address on this host is; the reverse of `onThisHost`. */
export function withinThePage(pathname: string): string {
  return pathname.startsWith(base) ? `/${pathname.slice(base.length)}` : pathname;
}
