//! The orders behind a hot issue: those that make it hot, or those of its own past.

import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../../../ui/page.tsx';
import { OrderList } from '../order-list.tsx';
import { hotOrdersQuery } from './data.ts';

const route = getRouteApi('/hot-issues/$issue/orders');

export function HotOrdersRoute() {
  const { t } = useTranslation('oversee');
  const { issue } = route.useParams();
  const { side } = route.useSearch();
  const query = useInfiniteQuery(hotOrdersQuery(issue, side));
  const title = t(`hot.${side}Orders`);
  return (
    <Page
      fill
      title={title}
      actions={
        <Link to="/hot-issues" search={{}}>
          {t('hot.back')}
        </Link>
      }
    >
      <OrderList label={title} query={query} empty={t('behind.none')} />
    </Page>
  );
}
