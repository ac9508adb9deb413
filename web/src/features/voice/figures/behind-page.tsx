//! The orders behind one number: exactly those that were counted, newest first.

import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../lib/text.ts';
import { Page } from '../../../ui/page.tsx';
import { OrderList } from '../order-list.tsx';
import { behindQuery, definitionsQuery } from './data.ts';
import { useFrame } from './figures-page.tsx';
import { type Behind, periodOf, readFigureFilters } from './filters.ts';

const route = getRouteApi('/figures/orders');

export function BehindRoute() {
  return <BehindPage behind={route.useSearch()} />;
}

interface BehindPageProps {
  behind: Behind;
}

export function BehindPage({ behind }: BehindPageProps) {
  const { t, i18n } = useTranslation('oversee');
  const query = useInfiniteQuery(behindQuery(behind));
  const { data: definitions } = useQuery(definitionsQuery);
  const frame = useFrame(behind);
  const period = periodOf(behind);
  const definition = definitions?.find((one) => one.figure === behind.figure)?.definition;
  const title = t('behind.title', { figure: frame.title(behind.figure) });
  const part = behind.part === undefined || behind.part === 'denominator' ? '' : t(`behind.${behind.part}`);
  return (
    <Page
      fill
      title={title}
      note={[`${period.from} – ${period.to}`, part, definition ? textOf(definition, i18n.language) : '']
        .filter(Boolean)
        .join(' · ')}
      actions={
        <Link to="/figures" search={readFigureFilters({ ...behind })}>
          {t('behind.back')}
        </Link>
      }
    >
      <OrderList label={title} query={query} empty={t('behind.none')} />
    </Page>
  );
}
