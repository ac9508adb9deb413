//! A list of orders that somebody else counted: rows as in the queue, without its filters and its live changes.

import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client.ts';
import { usePreferences } from '../../lib/preferences.ts';
import { ListFoot } from '../../parts/list-foot.tsx';
import { distinct } from '../../parts/live-rows.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { LongTable } from '../../ui/long-table.tsx';
import { markOfRow, useOrderColumns } from './queue/columns.tsx';

const ROW_HEIGHT = { comfortable: 46, compact: 34 } as const;

interface OrderListProps {
  label: string;
  query: UseInfiniteQueryResult<InfiniteData<Schemas['PageBody_OrderRowBody']>, Error>;
  empty: string;
}

export function OrderList({ label, query, empty }: OrderListProps) {
  const { t } = useTranslation('voice');
  const navigate = useNavigate();
  const { density } = usePreferences();
  const [active, setActive] = useState<string>();
  const rows = useMemo(() => distinct(query.data?.pages ?? []), [query.data]);
  const more = useCallback(() => {
    if (query.hasNextPage && !query.isFetchingNextPage && !query.isError) void query.fetchNextPage();
  }, [query.hasNextPage, query.isFetchingNextPage, query.isError, query.fetchNextPage]);
  return (
    <>
      {query.isError ? <ProblemNotice error={query.error} onRetry={() => void query.refetch()} /> : null}
      <LongTable
        label={label}
        columns={useOrderColumns(density)}
        rows={rows}
        keyOf={(row) => row.id}
        rowHeight={ROW_HEIGHT[density]}
        active={active}
        onActive={setActive}
        onOpen={(row) => void navigate({ to: '/orders/$order', params: { order: row.id } })}
        onNearEnd={more}
        markOf={markOfRow}
        foot={<ListFoot query={query} count={rows.length} empty={empty} end={t('queue.end', { count: rows.length })} />}
      />
    </>
  );
}
