//! A titled part of a page. Headings keep their order because the caller says the level.

import type { ReactNode } from 'react';
import styles from './panel.module.css';

interface PanelProps {
  title: ReactNode;
  level?: 2 | 3;
  /** Beside the title: a count, a link, a button. */
  extra?: ReactNode;
  /** Without inner margins, for tables and lists that bring their own. */
  flush?: boolean;
  id?: string;
  children: ReactNode;
}

export function Panel({ title, level = 2, extra, flush = false, id, children }: PanelProps) {
  const Heading = `h${level}` as const;
  return (
    <section className={styles.panel} id={id}>
      <header className={styles.head}>
        <Heading className={styles.title}>{title}</Heading>
        {extra ? <div className={styles.extra}>{extra}</div> : null}
      </header>
      <div className={flush ? styles.flush : styles.body}>{children}</div>
    </section>
  );
}
