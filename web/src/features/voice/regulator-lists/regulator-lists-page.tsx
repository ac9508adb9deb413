//! Lists that regulators and hotlines passed on: shown row by row before anything changes, then taken, and looked at later.

import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Select, Table, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saveFile } from '../../../lib/save-file.ts';
import { csvOf } from '../../../lib/table-file.ts';
import { capital, listed, textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { FileDrop } from '../../../parts/file-drop.tsx';
import { ImportHistory } from '../../../parts/import-history.tsx';
import { ImportTabs } from '../../../parts/import-tabs.tsx';
import { ActorName, UnitName } from '../../../parts/names.tsx';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import {
  type ListRow,
  listPages,
  OUTCOMES,
  REGULATOR_LISTS,
  type RegulatorList,
  type Report,
  rowsQuery,
  SENDERS,
  type Sender,
  sendRegulatorList,
} from './data.ts';
import styles from './regulator-lists.module.css';
import { useRowColumns } from './rows.tsx';

const ROWS_ON_PAGE = 20;

export function RegulatorListsPage() {
  const { t } = useTranslation('lists');
  const list = useInfiniteQuery(listPages);
  const [open, setOpen] = useState<string>();
  return (
    <Page title={t('passed.title')} note={t('passed.note')}>
      <ImportTabs />
      <TakePanel />
      <ImportHistory<RegulatorList>
        words={{ title: t('list.before'), one: t('list.one'), empty: t('list.none') }}
        query={list}
        columns={useListColumns(setOpen)}
        open={open}
        onOpen={setOpen}
        size={820}
      >
        {(id) => <KeptRows id={id} />}
      </ImportHistory>
    </Page>
  );
}

function TakePanel() {
  const { t } = useTranslation('lists');
  const { t: voice } = useTranslation('voice');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [source, setSource] = useState<Sender>('nfra');
  const [unit, setUnit] = useState<string>();
  const [file, setFile] = useState<File>();
  const [report, setReport] = useState<Report>();
  const submission = useSubmit();
  // What was shown speaks of another list once anything changes.
  const change = (act: () => void) => {
    act();
    setReport(undefined);
    submission.reset();
  };
  const send = (isPreview: boolean) =>
    submission.run(async () => {
      if (!file) return;
      setReport(await sendRegulatorList({ source, unit, file }, isPreview));
      if (isPreview) return;
      void message.success(t('passed.taken'));
      await queries.invalidateQueries({ queryKey: REGULATOR_LISTS });
    });
  const mayTake = report?.is_preview === true;
  return (
    <Panel title={t('list.new')}>
      <Form layout="vertical" component="div" className={styles.head}>
        <Form.Item required label={t('passed.source')} htmlFor="passed_source">
          <Select<Sender>
            id="passed_source"
            value={source}
            onChange={(next) => change(() => setSource(next))}
            options={SENDERS.map((one) => ({ value: one, label: voice(`source.${one}`) }))}
          />
        </Form.Item>
        <Form.Item label={t('passed.unit')} extra={t('passed.unitHint')} htmlFor="passed_unit">
          <UnitPicker id="passed_unit" value={unit} onChange={(next) => change(() => setUnit(next))} />
        </Form.Item>
      </Form>
      <FileDrop file={file} onChange={(next) => change(() => setFile(next))} hint={t('passed.hint')} />
      <div aria-live="polite" className={styles.said}>
        {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
        {report ? <ReportView report={report} /> : null}
      </div>
      <div className={styles.buttons}>
        <Button
          type={mayTake ? 'default' : 'primary'}
          disabled={!file}
          loading={submission.busy && !mayTake}
          title={file ? undefined : t('passed.noFile')}
          onClick={() => void send(true)}
        >
          {t('passed.preview')}
        </Button>
        <Button
          type={mayTake ? 'primary' : 'default'}
          disabled={!mayTake}
          loading={submission.busy && mayTake}
          title={mayTake ? undefined : t('passed.previewFirst')}
          onClick={() => void send(false)}
        >
          {t('passed.take')}
        </Button>
      </div>
    </Panel>
  );
}

function ReportView({ report }: { report: Report }) {
  const { t, i18n } = useTranslation('lists');
  const { t: say } = useTranslation('people');
  const columns = useRowColumns();
  const counts = OUTCOMES.filter((one) => report.counts[one] > 0);
  const wrong = report.rows.filter((row) => row.outcome === 'refused' || row.outcome === 'conflicting');
  const save = () => {
    const head = [say('imports.line'), t('passed.number'), t('passed.outcome'), t('passed.notes')];
    const notes = (row: ListRow) =>
      row.notes.map((note) => `${note.column} ${textOf(note.text, i18n.language)}`.trim());
    const line = (row: ListRow) => [
      row.line,
      row.number ?? '',
      t(`passed.outcomes.${row.outcome}`),
      notes(row).join(' '),
    ];
    saveFile(csvOf([head, ...wrong.map(line)]), 'errors.csv');
  };
  return (
    <>
      <p role="status">
        {report.is_preview ? t('passed.would') : t('passed.did')}
        {counts.map((one) => `${t(`passed.outcomes.${one}`)} ${report.counts[one]}`).join(' · ')}
        {wrong.length > 0 ? (
          <Button size="small" className={styles.save} onClick={save}>
            {say('imports.saveErrors')}
          </Button>
        ) : null}
      </p>
      {report.unknown_columns.length > 0 ? (
        <p className={styles.quiet}>
          {t('passed.unknown', {
            columns: listed(
              report.unknown_columns.map(({ name }) => name),
              i18n.language,
            ),
          })}
        </p>
      ) : null}
      <Table<ListRow>
        aria-label={t('passed.rows')}
        size="small"
        columns={columns}
        dataSource={report.rows}
        rowKey={(row) => row.line}
        scroll={{ x: 'max-content' }}
        pagination={report.rows.length > ROWS_ON_PAGE ? { pageSize: ROWS_ON_PAGE, showSizeChanger: false } : false}
      />
    </>
  );
}

function KeptRows({ id }: { id: string }) {
  const { t } = useTranslation('lists');
  return (
    <PagedTable<ListRow>
      label={t('passed.rows')}
      query={useInfiniteQuery(rowsQuery(id))}
      columns={useRowColumns()}
      rowKey={(row) => String(row.line)}
      empty={t('passed.noRows')}
    />
  );
}

function useListColumns(open: (id: string) => void): TableProps<RegulatorList>['columns'] {
  const { t } = useTranslation('lists');
  const { t: say } = useTranslation('people');
  const { t: voice } = useTranslation('voice');
  return [
    { key: 'at', title: say('imports.started'), render: (_, row) => momentOf(row.taken_at) },
    { key: 'source', title: t('passed.source'), render: (_, row) => voice(`source.${row.source}`) },
    { key: 'unit', title: t('passed.unit'), render: (_, row) => <UnitName path={row.unit} /> },
    { key: 'by', title: say('imports.by'), render: (_, row) => <ActorName actor={row.taken_by} /> },
    ...(['new', 'corrected', 'same', 'refused'] as const).map((outcome) => ({
      key: outcome,
      title: capital(t(`passed.outcomes.${outcome}`)),
      align: 'right' as const,
      render: (_: unknown, row: RegulatorList) => row.counts[outcome],
    })),
    {
      key: 'open',
      title: '',
      render: (_, row) => (
        <Button size="small" onClick={() => open(row.id)}>
          {say('imports.look')}
        </Button>
      ),
    },
  ];
}
