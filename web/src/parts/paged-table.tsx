//! A table over a list that the server hands out page by page, with everything that can happen to it.

import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Button, Table, type TableProps } from 'antd';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Nothing } from './loaded.tsx';
import styles from './paged-table.module.css';
import type { PageOf } from './pages.ts';
import { ProblemNotice } from './problem-notice.tsx';
import { useScrolledByKeys } from './scrolled-by-keys.ts';

interface PagedTableProps<T extends object> {
  label: string;
  query: UseInfiniteQueryResult<InfiniteData<PageOf<T>>, Error>;
  columns: TableProps<T>['columns'];
  rowKey: (row: T) => string;
  empty: string;
  onOpen?: (row: T) => void;
  expandable?: TableProps<T>['expandable'];
}

export function PagedTable<T extends object>(props: PagedTableProps<T>) {
  const { label, query, columns, rowKey, empty, onOpen, expandable } = props;
  const { t } = useTranslation();
  const frame = useRef<HTMLDivElement>(null);
  useScrolledByKeys(frame);
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div ref={frame} className={styles.frame}>
      {query.error ? <ProblemNotice error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.error && rows.length === 0 ? null : (
        <Table<T>
          aria-label={label}
          size="small"
          columns={columns ?? []}
          dataSource={rows}
          rowKey={rowKey}
          loading={query.isPending}
          pagination={false}
          scroll={{ x: 'max-content' }}
          locale={{ emptyText: query.isPending ? ' ' : <Nothing>{empty}</Nothing> }}
          {...(expandable ? { expandable } : {})}
          {...(onOpen ? { onRow: (row: T) => ({ onDoubleClick: () => onOpen(row) }) } : {})}
        />
      )}
      {query.hasNextPage ? (
        <div style={{ padding: '10px 14px' }}>
          <Button size="small" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('state.more')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
