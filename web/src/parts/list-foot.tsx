//! What stands under the last row of a list without an end.

import { useTranslation } from 'react-i18next';

interface ListFootProps {
  query: { isPending: boolean; isFetchingNextPage: boolean; hasNextPage: boolean; isError: boolean };
  count: number;
  /** Said when there is no row. */
  empty: string;
  /** Said after the last row. */
  end: string;
}

export function ListFoot({ query, count, empty, end }: ListFootProps) {
  const { t } = useTranslation();
  if (query.isPending || query.isFetchingNextPage) return <span role="status">{t('list.loading')}</span>;
  if (query.isError) return null;
  if (count === 0)
    return (
      <span role="status" data-empty>
        {empty}
      </span>
    );
  return query.hasNextPage ? null : <span>{end}</span>;
}
