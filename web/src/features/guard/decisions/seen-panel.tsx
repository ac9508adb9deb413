//! Every value that a decision saw: fields, features and derived values by their names in data.

import { Input, Table } from 'antd';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { Panel } from '../../../ui/panel.tsx';
import styles from './decisions.module.css';

type Seen = Schemas['SeenBody'];

/** A value as it stands in data. */
export function shownValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function SeenPanel({ seen }: { seen: Seen[] }) {
  const { t } = useTranslation('guard');
  const [typed, setTyped] = useState('');
  const words = useDeferredValue(typed.trim().toLowerCase());
  const rows = seen.filter((one) => one.name.toLowerCase().includes(words));
  return (
    <Panel
      title={t('seen.title')}
      flush
      extra={
        <Input
          size="small"
          allowClear
          aria-label={t('seen.find')}
          placeholder={t('seen.find')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          style={{ width: 150 }}
        />
      }
    >
      <Table<Seen>
        size="small"
        aria-label={t('seen.title')}
        dataSource={rows}
        rowKey={(row) => row.name}
        pagination={{ pageSize: 20, size: 'small', hideOnSinglePage: true, showSizeChanger: false }}
        columns={[
          { key: 'name', title: t('seen.name'), render: (_, row) => <span className={styles.value}>{row.name}</span> },
          { key: 'kind', title: t('seen.kind'), render: (_, row) => row.kind },
          {
            key: 'value',
            title: t('seen.value'),
            render: (_, row) => (
              <span className={styles.value}>
                {row.value == null ? t(row.is_known ? 'seen.hidden' : 'seen.unknown') : shownValue(row.value)}
              </span>
            ),
          },
        ]}
      />
      <p className={styles.note}>{t('seen.noTimeline')}</p>
    </Panel>
  );
}
