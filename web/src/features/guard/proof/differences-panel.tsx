//! The decisions on which a candidate and the live versions differ, page by page, each with the way to it.

import { useInfiniteQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { PagedTable } from '../../../parts/paged-table.tsx';
import type { pages } from '../../../parts/pages.ts';
import { Panel } from '../../../ui/panel.tsx';
import { OUTCOMES } from '../data.ts';
import type { Difference } from './data.ts';
import { useDifferenceColumns } from './difference-columns.tsx';
import { type DifferenceFilters, KNOWN } from './filters.ts';
import styles from './proof.module.css';

interface DifferencesPanelProps {
  /** The question for the pages. */
  asked: ReturnType<typeof pages<Difference>>;
  filters: DifferenceFilters;
  onChange: (part: Record<string, string | undefined>) => void;
}

/** Where the list stands, for ways to it. */
export const DIFFERENCES_ID = 'differences';

export function DifferencesPanel({ asked, filters, onChange }: DifferencesPanelProps) {
  const { t } = useTranslation('proof');
  const query = useInfiniteQuery(asked);
  const columns = useDifferenceColumns();
  return (
    <Panel
      title={t('differences.title')}
      flush
      id={DIFFERENCES_ID}
      extra={<Filters filters={filters} onChange={onChange} />}
    >
      <PagedTable<Difference>
        label={t('differences.title')}
        query={query}
        columns={columns}
        rowKey={(row) => row.decision}
        empty={t(Object.keys(filters).length > 0 ? 'differences.noneFits' : 'differences.none')}
      />
    </Panel>
  );
}

function Filters({ filters, onChange }: Pick<DifferencesPanelProps, 'filters' | 'onChange'>) {
  const { t } = useTranslation('proof');
  const guard = useTranslation('guard');
  const outcomes = OUTCOMES.map((value) => ({ value, label: guard.t(`outcome.${value}`) }));
  return (
    <div className={styles.bar}>
      {(['live', 'candidate'] as const).map((side) => (
        <Select
          key={side}
          size="small"
          allowClear
          aria-label={t(`side.${side}`)}
          placeholder={t(`side.${side}`)}
          value={filters[side] ?? null}
          onChange={(value: string | null | undefined) => onChange({ [side]: value ?? undefined })}
          options={outcomes}
          style={{ width: 140 }}
        />
      ))}
      <Select
        size="small"
        allowClear
        aria-label={t('differences.known')}
        placeholder={t('differences.known')}
        value={filters.known ?? null}
        onChange={(value: string | null | undefined) => onChange({ known: value ?? undefined })}
        options={KNOWN.map((value) => ({ value, label: t(`known.${value}`) }))}
        style={{ width: 140 }}
      />
    </div>
  );
}
