//! What every list and page shows while it loads, when it fails, and when there is nothing; never blocks the page.

import type { UseQueryResult } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemNotice } from './problem-notice.tsx';

interface LoadedProps<T> {
  query: UseQueryResult<T, Error>;
  /** Rows of the grey stand-in while it loads. */
  rows?: number;
  /** Shown instead when this says so of the data. */
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
}

export function Loaded<T>({ query, rows = 3, isEmpty, empty, children }: LoadedProps<T>) {
  const { t } = useTranslation();
  if (query.data === undefined) {
    if (query.error) return <ProblemNotice error={query.error} onRetry={() => void query.refetch()} />;
    return (
      <div role="status" aria-label={t('state.loading')}>
        <Skeleton active={false} title={false} paragraph={{ rows }} />
      </div>
    );
  }
  return (
    <>
      {query.error ? <ProblemNotice error={query.error} onRetry={() => void query.refetch()} /> : null}
      {isEmpty?.(query.data) ? (empty ?? <Nothing />) : children(query.data)}
    </>
  );
}

interface NothingProps {
  children?: ReactNode;
}

/** Says that there is nothing, quietly. */
export function Nothing({ children }: NothingProps) {
  const { t } = useTranslation();
  return (
    <p style={{ margin: 0, padding: '14px 16px', color: 'var(--ant-color-text-secondary)' }}>
      {children ?? t('state.nothing')}
    </p>
  );
}
