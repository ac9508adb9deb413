//! How the clocks stand, as buttons: the question that is asked most.

import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Filters } from './filters.ts';

interface ClockFilterProps {
  value: Filters['clock'] | undefined;
  onChange: (clock: Filters['clock'] | undefined) => void;
}

export function ClockFilter({ value, onChange }: ClockFilterProps) {
  const { t } = useTranslation('voice');
  return (
    <Segmented<string>
      aria-label={t('filter.clock')}
      value={value ?? 'all'}
      onChange={(next) => onChange(next === 'all' ? undefined : (next as NonNullable<Filters['clock']>))}
      options={(['all', 'overdue', 'due_today', 'due_soon', 'running'] as const).map((key) => ({
        value: key,
        label: t(`filter.${key}`),
      }))}
    />
  );
}
