//! Buttons and links of the portal: large enough for any finger, and saying what they do.

import type { ButtonHTMLAttributes, MouseEvent, ReactNode } from 'react';
import { addressOf, go } from '../address.ts';

interface ActionProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: 'main' | 'plain' | 'danger';
  /** Works and must not be pressed again. */
  busy?: boolean;
}

export function Action({ kind = 'plain', busy = false, children, disabled, ...others }: ActionProps) {
  return (
    <button type="button" className={`action ${kind}`} disabled={disabled || busy} aria-busy={busy} {...others}>
      {children}
    </button>
  );
}

interface WayProps {
  to: string;
  className?: string;
  children: ReactNode;
}

/** A link to another page of the portal. */
export function Way({ to, className, children }: WayProps) {
  const follow = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a href={addressOf(to)} className={className} onClick={follow}>
      {children}
    </a>
  );
}
