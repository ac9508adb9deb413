//! The lists that were taken in before, with a drawer for one of them; every kind of list shows it the same way.

import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Drawer, type TableProps } from 'antd';
import type { ReactNode } from 'react';
import { Panel } from '../ui/panel.tsx';
import { PagedTable } from './paged-table.tsx';
import type { PageOf } from './pages.ts';

interface ImportHistoryProps<T extends { id: string }> {
  words: { title: string; one: string; empty: string };
  query: UseInfiniteQueryResult<InfiniteData<PageOf<T>>, Error>;
  columns: TableProps<T>['columns'];
  open: string | undefined;
  onOpen: (id: string | undefined) => void;
  size: number;
  /** What the drawer shows of one. */
  children: (id: string) => ReactNode;
}

export function ImportHistory<T extends { id: string }>(props: ImportHistoryProps<T>) {
  const { words, query, columns, open, onOpen, size, children } = props;
  return (
    <>
      <Panel title={words.title} flush>
        <PagedTable<T>
          label={words.title}
          query={query}
          columns={columns}
          rowKey={(row) => row.id}
          empty={words.empty}
          onOpen={(row) => onOpen(row.id)}
        />
      </Panel>
      <Drawer open={open !== undefined} title={words.one} onClose={() => onOpen(undefined)} destroyOnHidden size={size}>
        {open ? children(open) : null}
      </Drawer>
    </>
  );
}
