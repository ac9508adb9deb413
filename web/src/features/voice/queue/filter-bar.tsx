//! The filters of the queue in one row: what is asked all day as buttons, the rest behind one more.

import { FilterOutlined } from '@ant-design/icons';
import { Button, Input, Popover, Select, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ClockFilter } from './clock-filter.tsx';
import { countOf, type Filters, STAGES, withChange } from './filters.ts';
import { MoreFilters } from './more-filters.tsx';
import styles from './queue-page.module.css';
import { SavedViews } from './saved-views.tsx';
import { useFilterWords } from './use-filter-words.ts';

interface FilterBarProps {
  filters: Filters;
  onChange: (next: Filters) => void;
}

/** Filters that have a control of their own in the row; the others are shown as tags. */
const IN_ROW: (keyof Filters)[] = ['text', 'clock', 'stage', 'handler'];

export function FilterBar({ filters, onChange }: FilterBarProps) {
  const { t } = useTranslation('voice');
  const [isMoreOpen, setMoreOpen] = useState(false);
  const change = (part: Partial<Record<keyof Filters, string | undefined>>) => onChange(withChange(filters, part));
  const hidden = (Object.keys(filters) as (keyof Filters)[]).filter((key) => !IN_ROW.includes(key));
  const words = useFilterWords(filters.unit);
  const isMine = filters.handler === 'me';
  return (
    <div className={styles.bar} role="search" aria-label={t('filter.title')}>
      <TextFilter value={filters.text ?? ''} onCommit={(text) => change({ text })} />
      <Button
        type={isMine ? 'primary' : 'default'}
        ghost={isMine}
        aria-pressed={isMine}
        onClick={() => change({ handler: isMine ? undefined : 'me' })}
      >
        {t('filter.mine')}
      </Button>
      <ClockFilter value={filters.clock} onChange={(clock) => change({ clock })} />
      <Select
        mode="multiple"
        aria-label={t('column.stage')}
        placeholder={t('column.stage')}
        value={filters.stage?.split(',') ?? []}
        onChange={(stages: string[]) => change({ stage: stages.join(',') })}
        options={STAGES.map((stage) => ({ value: stage, label: t(`stage.${stage}`) }))}
        maxTagCount="responsive"
        style={{ width: 136 }}
        showSearch={false}
        allowClear
      />
      <Popover
        open={isMoreOpen}
        onOpenChange={setMoreOpen}
        trigger="click"
        placement="bottomLeft"
        content={<MoreFilters filters={filters} onChange={change} />}
      >
        <Button icon={<FilterOutlined />} aria-expanded={isMoreOpen}>
          {t('filter.more')}
        </Button>
      </Popover>
      <SavedViews filters={filters} onChoose={onChange} />
      {countOf(filters) > 0 ? (
        <Button type="link" onClick={() => onChange({})}>
          {t('filter.clear')}
        </Button>
      ) : null}
      {hidden.length > 0 ? (
        <div className={styles.chips}>
          {hidden.map((key) => (
            <Tag key={key} closable={{ 'aria-label': t('filter.remove') }} onClose={() => change({ [key]: undefined })}>
              {words(key, filters[key] ?? '')}
            </Tag>
          ))}
        </div>
      ) : null}
    </div>
  );
}

interface TextFilterProps {
  value: string;
  onCommit: (text: string | undefined) => void;
}

/** Looks when the typing pauses; a single character is looked for on Enter only, for it is found almost everywhere. */
const PAUSE_MS = 350;
const CHARS_MIN = 2;

function TextFilter({ value, onCommit }: TextFilterProps) {
  const { t } = useTranslation('voice');
  const [typed, setTyped] = useState(value);
  const [isComposing, setComposing] = useState(false);
  useEffect(() => setTyped(value), [value]);
  const text = typed.trim();
  useEffect(() => {
    if (isComposing || text === value || (text !== '' && text.length < CHARS_MIN)) return;
    const timer = setTimeout(() => onCommit(text || undefined), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, isComposing, onCommit]);
  return (
    <Input.Search
      className={styles.search}
      placeholder={t('filter.text')}
      aria-label={t('filter.text')}
      value={typed}
      allowClear
      onChange={(event) => setTyped(event.target.value)}
      onCompositionStart={() => setComposing(true)}
      onCompositionEnd={() => setComposing(false)}
      onSearch={() => onCommit(text || undefined)}
    />
  );
}
