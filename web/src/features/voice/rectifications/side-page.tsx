//! The orders of the same cause before a rectification and after it: what the look-back counts.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../../../ui/page.tsx';
import { OrderList } from '../order-list.tsx';
import { rectificationQuery, sideQuery } from './data.ts';

const route = getRouteApi('/rectifications/$rectification/orders');

export function SideRoute() {
  const { t } = useTranslation('oversee');
  const { rectification } = route.useParams();
  const { side } = route.useSearch();
  const query = useInfiniteQuery(sideQuery(rectification, side));
  const found = useQuery(rectificationQuery(rectification)).data;
  const title = t(`rectification.${side}Orders`);
  return (
    <Page
      fill
      title={title}
      note={found?.title}
      actions={
        <Link to="/rectifications/$rectification" params={{ rectification }}>
          {t('rectification.backToOne')}
        </Link>
      }
    >
      <OrderList label={title} query={query} empty={t('behind.none')} />
    </Page>
  );
}
