//! How far an uploaded list is and what is wrong with its rows; every kind of list shows it the same way.

import { Alert, Button, Progress, Table, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../api/client.ts';
import { textOf } from '../lib/text.ts';
import type { Mood } from '../ui/mood.tsx';
import styles from './import-outcome.module.css';
import { Nothing } from './loaded.tsx';

/** Errors without end are read in pages. */
const ERRORS_ON_PAGE = 20;

export type RowFault = Schemas['ImportErrorBody'];

interface Uploaded {
  state: Schemas['UploadState'];
  bytes: number;
  bytes_read: number;
  refused: number;
  failure?: Schemas['TextBody'] | null;
}

/** How much of a file was read, in percent; nothing is known of a workbook before its end. */
export function percentOf({ state, bytes, bytes_read }: Pick<Uploaded, 'state' | 'bytes' | 'bytes_read'>): number {
  if (state === 'done') return 100;
  return bytes === 0 ? 0 : Math.min(99, Math.floor((bytes_read * 100) / bytes));
}

export function moodOf({ state, refused }: Pick<Uploaded, 'state' | 'refused'>): Mood {
  if (state === 'running') return 'calm';
  if (state === 'done') return refused > 0 ? 'soon' : 'met';
  return 'overdue';
}

/** The bar, the sentence that it has ended, and why it has not. */
export function ImportProgress({ of, ended }: { of: Uploaded; ended: string }) {
  const { t, i18n } = useTranslation('people');
  const { state } = of;
  return (
    <>
      <Progress
        percent={percentOf(of)}
        status={state === 'running' ? 'active' : state === 'done' ? 'success' : 'exception'}
        aria-label={t('imports.progress')}
      />
      <p aria-live="polite">{state === 'running' ? t('imports.states.running') : ended}</p>
      {of.failure ? <Alert type="error" showIcon title={textOf(of.failure, i18n.language)} /> : null}
      {state === 'broken_off' ? <Alert type="warning" showIcon title={t('imports.brokenOff')} /> : null}
    </>
  );
}

interface FaultsProps {
  errors: RowFault[];
  /** All of them, listed here or not. */
  total: number;
  onSave: () => void;
}

export function ImportFaults({ errors, total, onSave }: FaultsProps) {
  const { t, i18n } = useTranslation('people');
  const columns: TableProps<RowFault>['columns'] = [
    { key: 'line', title: t('imports.line'), dataIndex: 'line', align: 'right' },
    { key: 'column', title: t('imports.column'), render: (_, row) => row.column || t('imports.wholeRow') },
    { key: 'reason', title: t('imports.reason'), render: (_, row) => textOf(row.reason, i18n.language) },
  ];
  return (
    <section>
      <div className={styles.head}>
        <h3>{t('imports.errors')}</h3>
        {errors.length > 0 ? (
          <Button size="small" onClick={onSave}>
            {t('imports.saveErrors')}
          </Button>
        ) : null}
      </div>
      {total > errors.length ? <p>{t('imports.firstErrors', { total, count: errors.length })}</p> : null}
      {errors.length === 0 ? (
        <Nothing>{t('imports.noErrors')}</Nothing>
      ) : (
        <Table<RowFault>
          aria-label={t('imports.errors')}
          size="small"
          columns={columns}
          dataSource={errors}
          rowKey={(row) => `${row.line}-${row.column}-${row.reason.en}`}
          pagination={errors.length > ERRORS_ON_PAGE ? { pageSize: ERRORS_ON_PAGE, showSizeChanger: false } : false}
        />
      )}
    </section>
  );
}
