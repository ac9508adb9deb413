//! Alarms, newest first: what each looks at, the value beside its threshold, when it was raised and cleared.

import { useInfiniteQuery } from '@tanstack/react-query';
import type { TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Language } from '../../../lib/language.ts';
import { countText, decimalText, shareText } from '../../../lib/quantity.ts';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { useMicros } from './latency.ts';
import { type Alarm, alarmPages } from './monitor-data.ts';

const WHOLE_PPM = 1_000_000;

export function AlarmsPanel() {
  const { t, i18n } = useTranslation('proof');
  const query = useInfiniteQuery(alarmPages);
  const value = useMeasured();
  const columns: TableProps<Alarm>['columns'] = [
    {
      key: 'state',
      title: t('alarm.state'),
      render: (_, row) => (
        <MoodTag mood={row.cleared_at ? 'none' : 'overdue'}>
          {t(row.cleared_at ? 'alarm.cleared' : 'alarm.raised')}
        </MoodTag>
      ),
    },
    { key: 'title', title: t('alarm.one'), render: (_, row) => textOf(row.title, i18n.language) },
    {
      key: 'subject',
      title: t('alarm.subject'),
      render: (_, row) => (row.subject ? <code>{row.subject}</code> : t('alarm.whole')),
    },
    { key: 'value', title: t('alarm.value'), align: 'right', render: (_, row) => value(row, row.value) },
    { key: 'above', title: t('alarm.above'), align: 'right', render: (_, row) => value(row, row.above) },
    {
      key: 'at',
      title: t('alarm.raisedAt'),
      render: (_, row) => <span className="numbers">{momentOf(row.raised_at)}</span>,
    },
    {
      key: 'until',
      title: t('alarm.clearedAt'),
      render: (_, row) => <span className="numbers">{row.cleared_at ? momentOf(row.cleared_at) : '—'}</span>,
    },
  ];
  return (
    <Panel title={t('alarm.title')} flush>
      <PagedTable<Alarm>
        label={t('alarm.title')}
        query={query}
        columns={columns}
        rowKey={(row) => String(row.id)}
        empty={t('alarm.none')}
      />
    </Panel>
  );
}

/** A value of an alarm in the unit of what it looks at. */
function useMeasured(): (alarm: Alarm, value: number) => string {
  const { t, i18n } = useTranslation('proof');
  const language = i18n.language as Language;
  const micros = useMicros();
  return ({ measure }, value) => {
    switch (measure) {
      case 'alert_share':
      case 'unscreened_share':
      case 'rule_shift':
      case 'blank_share':
        return shareText(value, language);
      case 'latency_p99':
        return micros(value);
      case 'silent_hours':
        return t('monitor.hours', { count: value });
      case 'elder_false_alarms':
        return t('alarm.times', { number: decimalText(value / WHOLE_PPM, language) });
      case 'score_drift':
      case null:
      case undefined:
        return countText(value, language);
    }
  };
}
