//! Lists of units, staff and customers: uploaded, watched while their rows are taken, and what was wrong with which line.

import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Drawer, Form, Select, type TableProps, Upload, type UploadFile } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { csvOf, saveFile } from '../../../lib/table-file.ts';
import { momentOf } from '../../../lib/time.ts';
import { Loaded } from '../../../parts/loaded.tsx';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { MoodTag } from '../../../ui/mood.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { IMPORTS, type Import, type ImportKind, importPages, type Kind, kindsQuery, sendList } from './data.ts';
import { ImportDetailView, moodOf } from './import-detail.tsx';
import styles from './imports-page.module.css';

export function ImportsPage() {
  const { t } = useTranslation('people');
  const kinds = useQuery(kindsQuery);
  const list = useInfiniteQuery(importPages);
  const [openId, setOpen] = useState<string>();
  return (
    <Page title={t('imports.title')}>
      <Panel title={t('imports.new')}>
        <Loaded query={kinds}>{(known) => <UploadForm kinds={known} onSent={(sent) => setOpen(sent.id)} />}</Loaded>
      </Panel>
      <Panel title={t('imports.list')} flush>
        <PagedTable<Import>
          label={t('imports.list')}
          query={list}
          columns={useColumns(setOpen)}
          rowKey={(row) => row.id}
          empty={t('imports.none')}
          onOpen={(row) => setOpen(row.id)}
        />
      </Panel>
      <Drawer
        open={openId !== undefined}
        title={t('imports.one')}
        onClose={() => setOpen(undefined)}
        destroyOnHidden
        size={720}
      >
        {openId ? <ImportDetailView id={openId} /> : null}
      </Drawer>
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
  const [file, setFile] = useState<UploadFile>();
  const submission = useSubmit();
  const chosen = kinds.find((one) => one.kind === kind);

  const send = async () => {
    const content = file?.originFileObj;
    if (!kind || !content) return;
    await submission.run(async () => {
      const sent = await sendList(kind, content);
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
      <Form.Item extra={t('imports.hint')}>
        <Upload.Dragger
          accept=".csv,.xlsx,.txt"
          maxCount={1}
          fileList={file ? [file] : []}
          beforeUpload={() => false}
          onChange={({ fileList }) => setFile(fileList[0])}
        >
          <p>{t('imports.drop')}</p>
        </Upload.Dragger>
      </Form.Item>
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
