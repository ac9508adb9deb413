//! Stands in while a page's code is on its way.

import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';

export function Pending() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('state.loading')} style={{ padding: '20px 24px' }}>
      <Skeleton active={false} title paragraph={{ rows: 6 }} />
    </div>
  );
}
