//! A page that the server set, shown inside one of ours.

import { useEffect, useRef } from 'react';
import { showSheet } from '../lib/sheet.ts';
import styles from './sheet.module.css';

interface SheetProps {
  html: string;
  label: string;
}

export function Sheet({ html, label }: SheetProps) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (host.current) showSheet(host.current, html);
  }, [html]);
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a long letter is scrolled with the keys
  return <section ref={host} className={styles.sheet} aria-label={label} tabIndex={0} />;
}
