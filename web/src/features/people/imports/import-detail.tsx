//! One list: how far it is, what became of its rows, and what is wrong with which line.

import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Progress, Table, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { csvOf, saveFile } from '../../../lib/table-file.ts';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { Loaded, Nothing } from '../../../parts/loaded.tsx';
import { ActorName } from '../../../parts/names.tsx';
import { Facts } from '../../../ui/facts.tsx';
import type { Mood } from '../../../ui/mood.tsx';
import { type Import, type ImportDetail, type ImportError, importQuery, percentOf } from './data.ts';
import styles from './imports-page.module.css';

/** Errors without end are read in pages. */
const ERRORS_ON_PAGE = 20;

export function moodOf({ state, refused }: Import): Mood {
  if (state === 'running') return 'calm';
  if (state === 'done') return refused > 0 ? 'soon' : 'met';
  return 'overdue';
}

export function ImportDetailView({ id }: { id: string }) {
  const query = useQuery(importQuery(id));
  return <Loaded query={query}>{(detail) => <Detail detail={detail} />}</Loaded>;
}

function Detail({ detail }: { detail: ImportDetail }) {
  const { t, i18n } = useTranslation('people');
  const { state, added, changed, unchanged, refused } = detail;
  return (
    <>
      <Progress
        percent={percentOf(detail)}
        status={state === 'running' ? 'active' : state === 'done' ? 'success' : 'exception'}
        aria-label={t('imports.progress')}
      />
      <p aria-live="polite">
        {state === 'running' ? t('imports.states.running') : t('imports.ended', { added, changed, refused })}
      </p>
      {detail.failure ? <Alert type="error" showIcon message={textOf(detail.failure, i18n.language)} /> : null}
      {state === 'broken_off' ? <Alert type="warning" showIcon message={t('imports.brokenOff')} /> : null}
      <Facts
        facts={[
          [t('imports.kind'), t(`imports.kinds.${detail.kind}`)],
          [t('imports.by'), <ActorName key="by" actor={detail.taken_by} withUnit />],
          [t('imports.started'), momentOf(detail.started_at)],
          [t('imports.added'), added],
          [t('imports.changed'), changed],
          [t('imports.unchanged'), unchanged],
          [t('imports.refused'), refused],
        ]}
      />
      <Errors detail={detail} />
    </>
  );
}

function Errors({ detail }: { detail: ImportDetail }) {
  const { t, i18n } = useTranslation('people');
  const { errors, refused } = detail;
  const columns: TableProps<ImportError>['columns'] = [
    { key: 'line', title: t('imports.line'), dataIndex: 'line', align: 'right' },
    { key: 'column', title: t('imports.column'), render: (_, row) => row.column || t('imports.wholeRow') },
    { key: 'reason', title: t('imports.reason'), render: (_, row) => textOf(row.reason, i18n.language) },
  ];
  const save = () => {
    const head = [t('imports.line'), t('imports.column'), t('imports.reason')];
    const rows = errors.map((row) => [row.line, row.column, textOf(row.reason, i18n.language)]);
    saveFile(csvOf([head, ...rows]), 'errors.csv');
  };
  return (
    <section>
      <div className={styles.errors}>
        <h3>{t('imports.errors')}</h3>
        {errors.length > 0 ? (
          <Button size="small" onClick={save}>
            {t('imports.saveErrors')}
          </Button>
        ) : null}
      </div>
      {refused > errors.length ? <p>{t('imports.firstErrors', { total: refused, count: errors.length })}</p> : null}
      {errors.length === 0 ? (
        <Nothing>{t('imports.noErrors')}</Nothing>
      ) : (
        <Table<ImportError>
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
