//! The first rows as they were understood, and what is wrong with them.

import { Table, type TableProps } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { capital, textOf } from '../../../lib/text.ts';
import { MoodTag } from '../../../ui/mood.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { FieldName, Look } from './data.ts';
import styles from './past-lists.module.css';
import { saidOf } from './said.ts';

type Row = Schemas['SeenRowBody'];

interface PreviewProps {
  found: Look;
  /** The mapping was changed since. */
  isStale: boolean;
  children: ReactNode;
}

export function Preview({ found, isStale, children }: PreviewProps) {
  const { t } = useTranslation('lists');
  const { looked, good, repeated, skipped, refused } = found;
  const counts = [t('preview.good', { count: good })];
  if (refused > 0) counts.push(t('preview.refused', { count: refused }));
  if (repeated > 0) counts.push(t('preview.repeated', { count: repeated }));
  if (skipped > 0) counts.push(t('preview.skipped', { count: skipped }));
  return (
    <Panel title={t('preview.title')} extra={t('preview.first', { count: found.rows.length })}>
      <p role="status" className={isStale ? styles.stale : undefined}>
        {found.is_whole ? t('preview.whole', { count: looked }) : t('preview.part', { count: looked })}
        {counts.join(' · ')}
      </p>
      <Rows found={found} />
      <Faults found={found} />
      {children}
    </Panel>
  );
}

function Rows({ found }: { found: Look }) {
  const { t, i18n } = useTranslation('lists');
  // What the mapping gives and some row says; what is the same for all by itself says nothing here.
  const given = new Set(Object.keys(found.mapping.fields));
  const isSaid = (field: FieldName) => found.rows.some((row) => row.values.some((one) => one.field === field));
  const shown = found.fields.filter(({ field }) => given.has(field) && isSaid(field));
  const columns: TableProps<Row>['columns'] = [
    { key: 'line', title: t('preview.line'), dataIndex: 'line', align: 'right', fixed: 'left' },
    {
      key: 'state',
      title: t('preview.state'),
      fixed: 'left',
      render: (_, row) =>
        row.fault ? (
          <MoodTag mood="overdue">{t('preview.wrong')}</MoodTag>
        ) : (
          <MoodTag mood="met">{t('preview.right')}</MoodTag>
        ),
    },
    ...shown.map((field) => ({
      key: field.field,
      title: capital(textOf(field.title, i18n.language)),
      ellipsis: field.field === 'title',
      ...(field.field === 'title' ? { width: 260 } : {}),
      render: (_: unknown, row: Row) => {
        const value = row.values.find((one) => one.field === field.field)?.value;
        return value === undefined ? '' : saidOf(field, value, i18n.language);
      },
    })),
  ];
  return (
    <Table<Row>
      aria-label={t('preview.title')}
      size="small"
      columns={columns}
      dataSource={found.rows}
      rowKey={(row) => row.line}
      pagination={false}
      scroll={{ x: 'max-content' }}
    />
  );
}

function Faults({ found }: { found: Look }) {
  const { t, i18n } = useTranslation('lists');
  if (found.faults.length === 0) return null;
  return (
    <section className={styles.faults}>
      <h3>{t('preview.faults', { count: found.faults.length })}</h3>
      <ul>
        {found.faults.map((fault) => (
          <li key={`${fault.line}-${fault.column}`}>
            <b>{t('preview.at', { line: fault.line })}</b> {fault.column} {textOf(fault.reason, i18n.language)}
          </li>
        ))}
      </ul>
    </section>
  );
}
