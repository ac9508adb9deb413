//! The filters that are needed now and then.

import { DatePicker, Input, Select } from 'antd';
import dayjs from 'dayjs';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { ClassPicker } from '../class-picker.tsx';
import { ENTRIES, HOTLINES } from '../sender.ts';
import { type Filters, MATTERS, SOURCES } from './filters.ts';
import styles from './queue-page.module.css';

interface MoreFiltersProps {
  filters: Filters;
  onChange: (change: Partial<Record<keyof Filters, string | undefined>>) => void;
}

export function MoreFilters({ filters, onChange }: MoreFiltersProps) {
  const { t } = useTranslation('voice');
  const day = (text: string | undefined) => (text ? dayjs(text) : null);
  return (
    <div className={`${styles.more} ${styles.grid}`}>
      <Field label={t('field.matter')}>
        <Select
          aria-label={t('field.matter')}
          allowClear
          value={filters.matter}
          onChange={(matter?: string) => onChange({ matter })}
          options={MATTERS.map((matter) => ({ value: matter, label: t(`matter.${matter}`) }))}
        />
      </Field>
      <Field label={t('field.source')}>
        <Select
          aria-label={t('field.source')}
          allowClear
          value={filters.source}
          onChange={(source?: string) => onChange({ source })}
          options={SOURCES.map((source) => ({ value: source, label: t(`source.${source}`) }))}
        />
      </Field>
      <Field label={t('field.unit')}>
        <UnitPicker aria-label={t('field.unit')} value={filters.unit} onChange={(unit) => onChange({ unit })} />
      </Field>
      <Field label={t('field.channel')}>
        <ClassPicker
          axis="channel"
          aria-label={t('field.channel')}
          value={filters.channel}
          onChange={(channel) => onChange({ channel })}
        />
      </Field>
      <Field label={t('field.business')}>
        <ClassPicker
          axis="business"
          aria-label={t('field.business')}
          value={filters.business}
          onChange={(business) => onChange({ business })}
        />
      </Field>
      <Field label={t('field.reason')}>
        <ClassPicker
          axis="reason"
          aria-label={t('field.reason')}
          value={filters.reason}
          onChange={(reason) => onChange({ reason })}
        />
      </Field>
      <Field label={t('field.receivedBetween')}>
        <DatePicker.RangePicker
          value={[day(filters.received_from), day(filters.received_to)]}
          allowEmpty={[true, true]}
          onChange={(_, texts) =>
            onChange({ received_from: texts?.[0] || undefined, received_to: texts?.[1] || undefined })
          }
          aria-label={t('field.receivedBetween')}
        />
      </Field>
      <Field label={t('sender.entry')}>
        <Select
          aria-label={t('sender.entry')}
          allowClear
          value={filters.entry}
          onChange={(entry?: string) => onChange({ entry })}
          options={ENTRIES.map((entry) => ({ value: entry, label: t(`entry.${entry}`) }))}
        />
      </Field>
      <Field label={t('sender.hotline')}>
        <Select
          aria-label={t('sender.hotline')}
          allowClear
          value={filters.hotline}
          onChange={(hotline?: string) => onChange({ hotline })}
          options={HOTLINES.map((hotline) => ({ value: hotline, label: t(`hotline.${hotline}`) }))}
        />
      </Field>
      <Field label={t('field.report')}>
        <Select
          aria-label={t('field.report')}
          allowClear
          value={filters.report}
          onChange={(report?: string) => onChange({ report })}
          options={[{ value: 'owed', label: t('filter.owed') }]}
        />
      </Field>
      <Field label={t('field.originNumber')}>
        <Input.Search
          aria-label={t('field.originNumber')}
          defaultValue={filters.origin_number}
          allowClear
          onSearch={(number) => onChange({ origin_number: number.trim() || undefined })}
        />
      </Field>
    </div>
  );
}

interface FieldProps {
  label: string;
  children: ReactNode;
}

function Field({ label, children }: FieldProps) {
  return (
    <div className={styles.field}>
      <span aria-hidden="true">{label}</span>
      {children}
    </div>
  );
}
