//! One page of the portal: its heading takes the focus when the page changes, so that a screen reader begins there.

import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

interface ScreenProps {
  title: string;
  /** Another value is another page under the same address, as in a form of several steps. */
  step?: string | number;
  children: ReactNode;
}

let isFirst = true;

export function Screen({ title, step, children }: ScreenProps) {
  const { t } = useTranslation('portal');
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the focus moves when the page or its step changes
  useEffect(() => {
    document.title = `${title} · ${t('name')}`;
    // The first page of a visit leaves the focus where browsers begin.
    if (isFirst) isFirst = false;
    else heading.current?.focus();
  }, [title, step, t]);
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </>
  );
}
