import type { ReactNode } from 'react';

/** The shapes, each on a square of 16, drawn with lines. */
const shapes = {
  check: <path d="M2.7 8.7 6.4 12.3 13.3 4.3" />,
  cross: <path d="m4 4 8 8M12 4l-8 8" />,
  exclamation: <path d="M8 2.7v6.1M8 13.2v.1" />,
  clock: <path d="M8 1.9a6.1 6.1 0 1 0 0 12.2A6.1 6.1 0 1 0 8 1.9M8 4.8V8l2.3 1.3" />,
  notice: <path d="M8 1.6a6.4 6.4 0 1 0 0 12.8A6.4 6.4 0 1 0 8 1.6M8 4.6v4M8 11.3v.1" />,
  webhook: (
    <path d="M6.7 9.3 9.3 6.7M7.3 4.6l1.5-1.5a2.9 2.9 0 0 1 4.1 4.1l-1.5 1.5M8.7 11.4l-1.5 1.5a2.9 2.9 0 0 1-4.1-4.1l1.5-1.5" />
  ),
  email: (
    <path d="M3.6 3.2h8.8a1.8 1.8 0 0 1 1.8 1.8v6a1.8 1.8 0 0 1-1.8 1.8H3.6A1.8 1.8 0 0 1 1.8 11V5a1.8 1.8 0 0 1 1.8-1.8ZM2.2 4.6 8 8.8l5.8-4.2" />
  ),
  chevron: <path d="m3.2 5.6 4.8 4.8 4.8-4.8" />,
  right: <path d="m5.6 3.2 4.8 4.8-4.8 4.8" />,
  light: (
    <path d="M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7" />
  ),
  dark: <path d="M13.5 9.8A6 6 0 0 1 6.2 2.5a6 6 0 1 0 7.3 7.3z" />,
  auto: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 2a6 6 0 0 1 0 12z" fill="currentcolor" />
    </>
  ),
  bell: <path d="M4 11h8l-.9-1.5V7.3a3.1 3.1 0 0 0-6.2 0v2.2zM6.9 12.7a1.1 1.1 0 0 0 2.2 0" />,
  lock: (
    <path d="M4.7 7h6.6A1.7 1.7 0 0 1 13 8.7V12a1.7 1.7 0 0 1-1.7 1.7H4.7A1.7 1.7 0 0 1 3 12V8.7A1.7 1.7 0 0 1 4.7 7ZM5.3 7V5a2.7 2.7 0 0 1 5.4 0v2M8 9.7V11" />
  ),
  warning: <path d="M8 2.7 1.9 13h12.2L8 2.7Zm0 4v3M8 11.3v.1" />,
} satisfies Record<string, ReactNode>;

/**
 * A sign in the colour of the text around it, so that it is seen in every colour scheme, those that the system chooses
 * included. It says nothing to a screen reader: the words beside it do.
 */
export function Icon({
  name,
  size = 16,
  weight = 1.5,
  className,
}: {
  name: keyof typeof shapes;
  /** In pixels. */
  size?: number;
  /** How wide the lines are, of 16. */
  weight?: number;
  className?: string;
}) {
  return (
    <svg
      className={className}
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentcolor"
      strokeWidth={weight}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {shapes[name]}
    </svg>
  );
}
