import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { addressFor, goTo } from './address.js';
import { onThisHost } from './base-path.js';

/** A link within the page, for the account of this tab: a real one, so that it can be opened in another tab, copied and read aloud. */
export function Link({ href, onClick, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { href: string }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const isPlain =
      event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (event.defaultPrevented || !isPlain) return;
    event.preventDefault();
    goTo(href);
  };
  return <a {...rest} href={onThisHost(addressFor(href))} onClick={follow} />;
}
