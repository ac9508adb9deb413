//! Starting a backtest: which version, which days, and until when what became known counts.

import { DatePicker, Form } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { dateOf } from '../../../lib/time.ts';
import { Writing } from '../../../parts/writing.tsx';
import { useBacktestActs } from './data.ts';
import { beginOf, lastDays, periodOf } from './period.ts';
import { VersionField } from './version-field.tsx';

/** The days that are offered first: a month shows workdays, weekends and a payday. */
const FIRST_DAYS = 30;

interface Fields {
  scenario: string;
  days: [Dayjs, Dayjs];
  labels?: Dayjs | null;
}

interface StartBacktestProps {
  open: boolean;
  scenario: string | undefined;
  onClose: () => void;
  onStarted: (id: string) => void;
}

export function StartBacktest({ open, scenario, onClose, onStarted }: StartBacktestProps) {
  const { t } = useTranslation('proof');
  const common = useTranslation();
  const acts = useBacktestActs();
  // What was sent leads to its page; what was closed stays where it was.
  const started = useRef<string>(undefined);
  const needed = [{ required: true, message: common.t('form.choose') }];
  const send = async ({ scenario: version, days: [first, last], labels }: Fields) => {
    const until = labels ? { labels_until: beginOf(labels) } : {};
    const { id } = await acts.start({ scenario: version, ...periodOf(first, last), ...until });
    started.current = id;
  };
  return (
    <Writing<Fields>
      open={open}
      title={t('backtest.start')}
      initial={{ days: lastDays(FIRST_DAYS), ...(scenario ? { scenario } : {}) }}
      onSend={send}
      onClose={() => (started.current ? onStarted(started.current) : onClose())}
    >
      <p>{t('backtest.startHint')}</p>
      <VersionField name="scenario" />
      <Form.Item name="days" label={t('backtest.period')} extra={t('backtest.periodHint')} rules={needed}>
        <DatePicker.RangePicker
          aria-label={t('backtest.period')}
          maxDate={dayjs(dateOf(new Date()))}
          style={{ width: '100%' }}
        />
      </Form.Item>
      <Form.Item name="labels" label={t('backtest.labelsBefore')} extra={t('backtest.labelsHint')}>
        <DatePicker maxDate={dayjs(dateOf(new Date()))} style={{ width: '100%' }} />
      </Form.Item>
    </Writing>
  );
}
