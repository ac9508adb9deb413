//! Lists of units, staff and customers: uploaded, watched while their rows are taken, and what was wrong with which line.

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Select, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saveFile } from '../../../lib/save-file.ts';
import { csvOf } from '../../../lib/table-file.ts';
import { momentOf } from '../../../lib/time.ts';
import { FileDrop } from '../../../parts/file-drop.tsx';
import { ImportHistory } from '../../../parts/import-history.tsx';
import { moodOf } from '../../../parts/import-outcome.tsx';
import { ImportTabs } from '../../../parts/import-tabs.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { MoodTag } from '../../../ui/mood.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { IMPORTS, type Import, type ImportKind, importPages, type Kind, kindsQuery, sendList } from './data.ts';
import { ImportDetailView } from './import-detail.tsx';
import styles from './imports-page.module.css';

export function ImportsPage() {
  const { t } = useTranslation('people');
  const kinds = useQuery(kindsQuery);
  const list = useInfiniteQuery(importPages);
  const [openId, setOpen] = useState<string>();
  return (
    <Page title={t('imports.title')}>
      <ImportTabs />
      <Panel title={t('imports.new')}>
        <Loaded query={kinds}>{(known) => <UploadForm kinds={known} onSent={(sent) => setOpen(sent.id)} />}</Loaded>
      </Panel>
      <ImportHistory<Import>
        words={{ title: t('imports.list'), one: t('imports.one'), empty: t('imports.none') }}
        query={list}
        columns={useColumns(setOpen)}
        open={openId}
        onOpen={setOpen}
        size={720}
      >
        {(id) => <ImportDetailView id={id} />}
      </ImportHistory>
    </Page>
  );
}

interface UploadFormProps {
  kinds: ImportKind[];
  onSent: (sent: Import) => void;
}

function UploadForm({ kinds, onSent }: UploadFormProps) {
  const { t } = useTranslation('people');
  const queries = useQueryClient();
  const [kind, setKind] = useState<Kind | undefined>(kinds[0]?.kind);
  const [file, setFile] = useState<File>();
  const submission = useSubmit();
  const chosen = kinds.find((one) => one.kind === kind);

  const send = async () => {
    if (!kind || !file) return;
    await submission.run(async () => {
      const sent = await sendList(kind, file);
      setFile(undefined);
      await queries.invalidateQueries({ queryKey: IMPORTS });
      onSent(sent);
    });
  };

  return (
    <Form layout="vertical" onFinish={() => void send()}>
      <Form.Item required label={t('imports.kind')} htmlFor="import_kind">
        <Select<Kind>
          id="import_kind"
          {...(kind ? { value: kind } : {})}
          onChange={setKind}
          options={kinds.map((one) => ({ value: one.kind, label: t(`imports.kinds.${one.kind}`) }))}
          style={{ maxWidth: 320 }}
        />
      </Form.Item>
      {chosen ? <Columns of={chosen} /> : null}
      <FileDrop file={file} onChange={setFile} hint={t('imports.hint')} />
      <div aria-live="polite">{submission.problem ? <ProblemNotice error={submission.problem} /> : null}</div>
      <Button
        type="primary"
        htmlType="submit"
        loading={submission.busy}
        disabled={!file}
        title={file ? undefined : t('imports.noFile')}
        style={{ marginTop: 12 }}
      >
        {t('imports.send')}
      </Button>
    </Form>
  );
}

/** The columns that a list may have, and an empty one to begin with. */
function Columns({ of }: { of: ImportKind }) {
  const { t, i18n } = useTranslation('people');
  const isChinese = i18n.language === 'zh';
  const name = (column: ImportKind['columns'][number]) => (isChinese ? column.zh : column.key);
  return (
    <div className={styles.columns}>
      <span>{t('imports.columns')}</span>
      <ul>
        {of.columns.map((column) => (
          <li key={column.key}>
            {name(column)}
            {column.is_required ? <b> {t('imports.required')}</b> : null}
          </li>
        ))}
      </ul>
      <Button size="small" onClick={() => saveFile(csvOf([of.columns.map(name)]), `${of.kind}.csv`)}>
        {t('imports.template')}
      </Button>
    </div>
  );
}

function useColumns(open: (id: string) => void): TableProps<Import>['columns'] {
  const { t } = useTranslation('people');
  return [
    { key: 'started', title: t('imports.started'), render: (_, row) => momentOf(row.started_at) },
    { key: 'kind', title: t('imports.kind'), render: (_, row) => t(`imports.kinds.${row.kind}`) },
    {
      key: 'state',
      title: t('imports.state'),
      render: (_, row) => <MoodTag mood={moodOf(row)}>{t(`imports.states.${row.state}`)}</MoodTag>,
    },
    { key: 'added', title: t('imports.added'), dataIndex: 'added', align: 'right' },
    { key: 'changed', title: t('imports.changed'), dataIndex: 'changed', align: 'right' },
    { key: 'unchanged', title: t('imports.unchanged'), dataIndex: 'unchanged', align: 'right' },
    { key: 'refused', title: t('imports.refused'), dataIndex: 'refused', align: 'right' },
    {
      key: 'open',
      title: '',
      render: (_, row) => (
        <Button size="small" onClick={() => open(row.id)}>
          {t('imports.look')}
        </Button>
      ),
    },
  ];
}
