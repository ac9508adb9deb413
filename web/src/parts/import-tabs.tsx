//! The kinds of lists that a person may take in, as one row of links: the pages of imports look like one.

import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useSession } from '../api/session.ts';
import { importPlacesFor } from './import-places.ts';
import styles from './import-tabs.module.css';

export function ImportTabs() {
  const { t } = useTranslation();
  const mine = importPlacesFor(useSession());
  if (mine.length < 2) return null;
  return (
    <nav className={styles.tabs} aria-label={t('imports.which')}>
      {mine.map(({ to, title }) => (
        <Link
          key={to}
          to={to}
          className={styles.tab}
          activeProps={{ className: styles.active, 'aria-current': 'page' }}
          activeOptions={{ exact: true }}
        >
          {t(title)}
        </Link>
      ))}
    </nav>
  );
}
