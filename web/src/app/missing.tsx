//! An address that leads nowhere.

import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../ui/page.tsx';

export function Missing() {
  const { t } = useTranslation();
  return (
    <Page title={t('missing.title')}>
      <p>{t('missing.words')}</p>
      <p>
        <Link to="/">{t('missing.home')}</Link>
      </p>
    </Page>
  );
}
