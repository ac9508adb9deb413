//! Past complaints: a file is looked at with a mapping that a person may change, then taken in the background.

import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { momentOf } from '../../../lib/time.ts';
import { ImportHistory } from '../../../parts/import-history.tsx';
import { moodOf } from '../../../parts/import-outcome.tsx';
import { ImportTabs } from '../../../parts/import-tabs.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { Page } from '../../../ui/page.tsx';
import { type PastList, pastPages } from './data.ts';
import { PastListDetailView } from './past-list-detail.tsx';
import { UploadPanel } from './upload-panel.tsx';

export function PastListsPage() {
  const { t } = useTranslation('lists');
  const list = useInfiniteQuery(pastPages);
  const [openId, setOpen] = useState<string>();
  return (
    <Page title={t('past.title')} note={t('past.note')}>
      <ImportTabs />
      <UploadPanel onSent={(sent) => setOpen(sent.id)} />
      <ImportHistory<PastList>
        words={{ title: t('list.before'), one: t('list.one'), empty: t('list.none') }}
        query={list}
        columns={useColumns(setOpen)}
        open={openId}
        onOpen={setOpen}
        size={720}
      >
        {(id) => <PastListDetailView id={id} />}
      </ImportHistory>
    </Page>
  );
}

function useColumns(open: (id: string) => void): TableProps<PastList>['columns'] {
  const { t } = useTranslation('lists');
  const { t: say } = useTranslation('people');
  return [
    { key: 'started', title: say('imports.started'), render: (_, row) => momentOf(row.started_at) },
    { key: 'source', title: t('past.source'), dataIndex: 'source' },
    {
      key: 'state',
      title: say('imports.state'),
      render: (_, row) => <MoodTag mood={moodOf(row)}>{say(`imports.states.${row.state}`)}</MoodTag>,
    },
    { key: 'taken', title: t('past.taken'), dataIndex: 'taken', align: 'right' },
    { key: 'already', title: t('past.already'), dataIndex: 'already', align: 'right' },
    { key: 'refused', title: t('past.refused'), dataIndex: 'refused', align: 'right' },
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
