//! What is counted: the period, the unit, the kind of matter; all of it in the address.

import { Button, DatePicker, Segmented, Select } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { dateOf } from '../../../lib/time.ts';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { ClassPicker } from '../class-picker.tsx';
import { MATTERS, SOURCES } from '../queue/filters.ts';
import styles from './figures.module.css';
import { type FigureFilters, periodOf, presets, withFigureChange } from './filters.ts';

interface FigureBarProps {
  filters: FigureFilters;
  onChange: (next: FigureFilters) => void;
}

type Preset = keyof ReturnType<typeof presets>;

const PRESETS = ['month', 'quarter', 'calendar', 'year'] as const satisfies Preset[];

export function FigureBar({ filters, onChange }: FigureBarProps) {
  const { t } = useTranslation(['oversee', 'voice']);
  const change = (part: Parameters<typeof withFigureChange>[1]) => onChange(withFigureChange(filters, part));
  const period = periodOf(filters);
  const ready = presets(dateOf(new Date()));
  const preset = PRESETS.find((name) => ready[name].from === period.from && ready[name].to === period.to);
  return (
    <div className={styles.bar} role="search" aria-label={t('figures.over')}>
      <Segmented<Preset | 'own'>
        aria-label={t('figures.period')}
        value={preset ?? 'own'}
        onChange={(name) => {
          if (name !== 'own') change(ready[name]);
        }}
        options={[
          ...PRESETS.map((name) => ({ value: name, label: t(`figures.preset.${name}`) })),
          ...(preset ? [] : [{ value: 'own' as const, label: t('figures.preset.own') }]),
        ]}
      />
      <DatePicker.RangePicker
        aria-label={t('figures.period')}
        allowClear={false}
        value={[dayjs(period.from), dayjs(period.to)]}
        onChange={(days) => {
          const [from, to] = days ?? [];
          if (from && to) change({ from: from.format('YYYY-MM-DD'), to: to.format('YYYY-MM-DD') });
        }}
      />
      <UnitPicker
        aria-label={t('voice:field.unit')}
        placeholder={t('figures.allUnits')}
        value={filters.unit}
        onChange={(unit) => change({ unit })}
        style={{ width: 200 }}
      />
      <Select
        aria-label={t('voice:field.matter')}
        placeholder={t('voice:field.matter')}
        value={filters.matter}
        onChange={(matter?: string) => change({ matter })}
        allowClear
        options={MATTERS.map((matter) => ({ value: matter, label: t(`voice:matter.${matter}`) }))}
        style={{ width: 120 }}
      />
      <Select
        aria-label={t('voice:field.source')}
        placeholder={t('voice:field.source')}
        value={filters.source}
        onChange={(source?: string) => change({ source })}
        allowClear
        options={SOURCES.map((source) => ({ value: source, label: t(`voice:source.${source}`) }))}
        style={{ width: 170 }}
      />
      <div className={styles.classes}>
        <ClassPicker
          axis="business"
          aria-label={t('voice:field.business')}
          placeholder={t('voice:field.business')}
          value={filters.business}
          onChange={(business) => change({ business })}
        />
      </div>
      {Object.keys(filters).length > 0 ? (
        <Button type="link" onClick={() => onChange({})}>
          {t('voice:filter.clear')}
        </Button>
      ) : null}
    </div>
  );
}
