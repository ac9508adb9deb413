//! The frame of a page inside the shell: one first heading, what belongs beside it, and the content.

import { type ReactNode, useEffect } from 'react';
import styles from './page.module.css';

interface PageProps {
  /** The first heading, and the title of the browser's tab. */
  title: string;
  /** Shown in place of the plain title where it needs more than words. */
  heading?: ReactNode;
  /** Under the heading: what this page shows, in a line. */
  note?: ReactNode;
  actions?: ReactNode;
  /** Fills the height, for pages that scroll inside. */
  fill?: boolean;
  children: ReactNode;
}

/** The suffix of every tab's title. */
const PRODUCT = 'Xiaobao';

export function Page({ title, heading, note, actions, fill = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · ${PRODUCT}`;
  }, [title]);
  return (
    <div className={fill ? styles.fill : styles.page}>
      <header className={styles.head}>
        <div className={styles.words}>
          <h1 className={styles.title} tabIndex={-1} data-page-heading>
            {heading ?? title}
          </h1>
          {note ? <div className={styles.note}>{note}</div> : null}
        </div>
        {actions ? <div className={styles.actions}>{actions}</div> : null}
      </header>
      {children}
    </div>
  );
}
