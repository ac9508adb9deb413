//! The raw history of one stream, for auditors: every event with its hash, exactly as it is stored.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Input, Table, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../api/client.ts';
import { momentOf } from '../../lib/time.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { ActorName } from '../../parts/names.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import styles from './operations.module.css';

type RawEvent = Schemas['RawEventBody'];

const route = getRouteApi('/history');

export function HistoryPage() {
  const { t } = useTranslation('operations');
  const { stream } = route.useSearch();
  const navigate = useNavigate();
  return (
    <Page title={t('history.title')} note={t('history.note')}>
      <div className={styles.search}>
        <Input.Search
          defaultValue={stream}
          enterButton={t('history.show')}
          placeholder={t('history.placeholder')}
          aria-label={t('history.stream')}
          onSearch={(typed) => void navigate({ to: '/history', search: typed.trim() ? { stream: typed.trim() } : {} })}
        />
      </div>
      {stream ? <Events stream={stream} /> : null}
    </Page>
  );
}

function Events({ stream }: { stream: string }) {
  const { t } = useTranslation('operations');
  const query = useQuery({
    queryKey: ['operations', 'history', stream],
    queryFn: () => ok(api.GET('/api/operations/streams/{stream}', { params: { path: { stream } } })),
    retry: false,
  });
  const columns: TableProps<RawEvent>['columns'] = [
    { key: 'version', title: t('history.version'), dataIndex: 'version', align: 'right' },
    { key: 'at', title: t('history.at'), render: (_, row) => momentOf(row.at) },
    { key: 'kind', title: t('history.kind'), dataIndex: 'kind' },
    { key: 'actor', title: t('history.actor'), render: (_, row) => <ActorName actor={row.actor} withUnit /> },
    { key: 'cause', title: t('history.cause'), render: (_, row) => <span className={styles.code}>{row.cause}</span> },
    {
      key: 'hash',
      title: t('history.hash'),
      render: (_, row) => <span className={styles.code}>{row.hash.slice(0, 16)}</span>,
    },
  ];
  return (
    <Panel title={stream} flush>
      <Loaded query={query} rows={8}>
        {(events) => (
          <Table<RawEvent>
            aria-label={t('history.title')}
            size="small"
            columns={columns}
            dataSource={events}
            rowKey={(row) => row.version}
            pagination={false}
            scroll={{ x: 'max-content' }}
            expandable={{
              expandedRowRender: (row) => (
                <pre className={`${styles.code} ${styles.payload}`}>{JSON.stringify(row.payload, null, 2)}</pre>
              ),
            }}
          />
        )}
      </Loaded>
    </Panel>
  );
}
