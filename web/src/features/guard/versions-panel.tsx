//! A list of versions, newest first, narrowed by where they stand: scenarios and the score model have theirs.

import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import { Segmented, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { PagedTable } from '../../parts/paged-table.tsx';
import type { PageOf } from '../../parts/pages.ts';
import { Panel } from '../../ui/panel.tsx';

interface VersionsPanelProps<T extends { id: string }, S extends string> {
  title: string;
  /** Where a version may stand, each with its name. */
  states: readonly { value: S; label: string }[];
  state: S | undefined;
  onState: (state: S | undefined) => void;
  /** What the table is called, whatever it is narrowed to. */
  label: string;
  query: UseInfiniteQueryResult<InfiniteData<PageOf<T>>, Error>;
  columns: TableProps<T>['columns'];
  empty: string;
  onOpen: (row: T) => void;
}

export function VersionsPanel<T extends { id: string }, S extends string>(props: VersionsPanelProps<T, S>) {
  const { title, states, state, onState, label, query, columns, empty, onOpen } = props;
  const { t } = useTranslation('guard');
  return (
    <Panel
      title={title}
      flush
      extra={
        <Segmented<string>
          size="small"
          aria-label={t('column.stage')}
          value={state ?? 'all'}
          onChange={(next) => onState(next === 'all' ? undefined : (next as S))}
          options={[{ value: 'all', label: t('lists.every') }, ...states]}
        />
      }
    >
      <PagedTable<T>
        label={label}
        query={query}
        columns={columns}
        rowKey={(row) => row.id}
        empty={empty}
        onOpen={onOpen}
      />
    </Panel>
  );
}
