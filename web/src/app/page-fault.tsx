//! A page that broke: the others still work, and this one can be tried again.

import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Page } from '../ui/page.tsx';

interface PageFaultProps {
  reset: () => void;
}

export function PageFault({ reset }: PageFaultProps) {
  const { t } = useTranslation();
  return (
    <Page title={t('fault.title')}>
      <p role="alert">{t('fault.words')}</p>
      <p>
        <Button type="primary" onClick={reset}>
          {t('action.retry')}
        </Button>{' '}
        <Button onClick={() => location.reload()}>{t('action.reload')}</Button>
      </p>
    </Page>
  );
}
