//! A table that is wider than its place can be scrolled with the keys alone: its frame takes the focus as long as it is wider.

import { type RefObject, useEffect } from 'react';

/** Ant Design scrolls this part of a table. */
const SCROLLED = '.ant-table-content';

/** Looks at the table inside `frame` whenever it is drawn and whenever the window changes. */
export function useScrolledByKeys(frame: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const look = () => {
      const part = frame.current?.querySelector<HTMLElement>(SCROLLED);
      if (!part) return;
      if (part.scrollWidth > part.clientWidth) part.tabIndex = 0;
      else part.removeAttribute('tabindex');
    };
    look();
    addEventListener('resize', look);
    return () => removeEventListener('resize', look);
  });
}
