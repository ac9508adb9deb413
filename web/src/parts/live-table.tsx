//! A list without an end with everything that can happen to it: keys, more rows, what is new, what went wrong.

import { Button } from 'antd';
import { useCallback, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreferences } from '../lib/preferences.ts';
import { type Column, LongTable, type LongTableHandle } from '../ui/long-table.tsx';
import { ListFoot } from './list-foot.tsx';
import { type LiveList, useLiveRows } from './live-rows.ts';
import styles from './live-table.module.css';
import { ProblemNotice } from './problem-notice.tsx';
import { useRowShortcuts } from './row-shortcuts.ts';
import { type Standing, useStanding } from './standing.ts';

const ROW_HEIGHT = { comfortable: 46, compact: 34 } as const;

interface LiveTableProps<T extends { id: string }> {
  /** The same value from one drawing to the next as long as it is the same question. */
  list: LiveList<T>;
  /** Where its hints come from. */
  url: string;
  label: string;
  columns: Column<T>[];
  onOpen: (row: T) => void;
  markOf?: (row: T) => string | undefined;
  /** Where the reader stands, for a page that does something with it. */
  standing?: Standing;
  /** The rows that are picked, and what picking does. */
  picks?: { selected: ReadonlySet<string>; onSelect: (id: string) => void };
  words: { empty: string; end: (count: number) => string; news: (count: number) => string };
}

export function LiveTable<T extends { id: string }>(props: LiveTableProps<T>) {
  const { list, url, label, columns, onOpen, markOf, standing, picks, words } = props;
  const { t } = useTranslation();
  const { density } = usePreferences();
  const own = useStanding(list.queryKey);
  const { row, top, onScroll } = standing ?? own;
  const [active, setActive] = row;
  const { query, rows, news, hasNews, startOver } = useLiveRows(list, url, active);
  const table = useRef<LongTableHandle>(null);
  const more = useCallback(() => {
    if (query.hasNextPage && !query.isFetchingNextPage && !query.isError) void query.fetchNextPage();
  }, [query.hasNextPage, query.isFetchingNextPage, query.isError, query.fetchNextPage]);
  const reload = () => {
    startOver();
    table.current?.toTop();
  };
  useRowShortcuts({ rows, active, setActive, open: onOpen, reload });
  return (
    <>
      <div role="status" className={styles.news} aria-label={t('list.news')}>
        {hasNews ? (
          <Button size="small" type="primary" ghost onClick={reload}>
            {words.news(news)}
          </Button>
        ) : null}
      </div>
      {query.isError ? <ProblemNotice error={query.error} onRetry={() => void query.refetch()} /> : null}
      <LongTable
        ref={table}
        label={label}
        columns={columns}
        rows={rows}
        keyOf={(row) => row.id}
        rowHeight={ROW_HEIGHT[density]}
        active={active}
        onActive={setActive}
        onOpen={onOpen}
        onNearEnd={more}
        startTop={top}
        onScroll={onScroll}
        {...(markOf ? { markOf } : {})}
        {...picks}
        foot={<ListFoot query={query} count={rows.length} empty={words.empty} end={words.end(rows.length)} />}
      />
    </>
  );
}
