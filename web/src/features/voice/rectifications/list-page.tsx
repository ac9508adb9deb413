//! Rectifications by how they stand and when they are due.

import { PlusOutlined } from '@ant-design/icons';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Button, Segmented, Switch, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import { textOf } from '../../../lib/text.ts';
import { ActorName } from '../../../parts/names.tsx';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { type RectificationFilters, type RectificationRow, rectificationsQuery, STAGES, type Stage } from './data.ts';
import { OpenRectification } from './open-rectification.tsx';
import { RectificationDue, RectificationStageTag } from './stage.tsx';

const route = getRouteApi('/rectifications');

export function RectificationsRoute() {
  const { t } = useTranslation('oversee');
  const navigate = useNavigate();
  const filters = route.useSearch();
  const query = useInfiniteQuery(rectificationsQuery(filters));
  const [isOpening, setOpening] = useState(false);
  const canOpen = holds(useSession(), 'voice.rectification.open');
  const change = (search: RectificationFilters) => void navigate({ to: '/rectifications', search, replace: true });
  return (
    <Page
      title={t('rectification.title')}
      note={t('rectification.note')}
      actions={
        canOpen ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpening(true)}>
            {t('rectification.new')}
          </Button>
        ) : null
      }
    >
      <Panel
        title={t('rectification.list')}
        flush
        extra={
          <>
            <Switch
              size="small"
              id="overdue_only"
              checked={filters.is_overdue === true}
              onChange={(isOn) =>
                change({ ...(filters.stage ? { stage: filters.stage } : {}), ...(isOn ? { is_overdue: true } : {}) })
              }
            />
            <label htmlFor="overdue_only">{t('rectification.overdueOnly')}</label>
            <Segmented<Stage | 'all'>
              size="small"
              aria-label={t('rectification.which')}
              value={filters.stage ?? 'all'}
              onChange={(stage) =>
                change({
                  ...(stage === 'all' ? {} : { stage }),
                  ...(filters.is_overdue ? { is_overdue: true } : {}),
                })
              }
              options={(['all', ...STAGES] as const).map((stage) => ({
                value: stage,
                label: stage === 'all' ? t('rectification.all') : t(`rectification.stage.${stage}`),
              }))}
            />
          </>
        }
      >
        <PagedTable<RectificationRow>
          label={t('rectification.list')}
          query={query}
          columns={useColumns()}
          rowKey={(row) => row.id}
          empty={t('rectification.none')}
          onOpen={(row) => void navigate({ to: '/rectifications/$rectification', params: { rectification: row.id } })}
        />
      </Panel>
      <OpenRectification open={isOpening} onClose={() => setOpening(false)} />
    </Page>
  );
}

function useColumns(): TableProps<RectificationRow>['columns'] {
  const { t, i18n } = useTranslation('oversee');
  return [
    { key: 'stage', title: t('rectification.state'), render: (_, row) => <RectificationStageTag stage={row.stage} /> },
    {
      key: 'title',
      title: t('rectification.what'),
      render: (_, row) => (
        <Link to="/rectifications/$rectification" params={{ rectification: row.id }}>
          {row.title}
        </Link>
      ),
    },
    { key: 'due', title: t('rectification.due'), render: (_, row) => <RectificationDue row={row} /> },
    { key: 'cause', title: t('rectification.cause'), render: (_, row) => textOf(row.cause_title, i18n.language) },
    { key: 'unit', title: t('word.unit'), render: (_, row) => row.unit_name ?? row.unit },
    { key: 'owner', title: t('rectification.owner'), render: (_, row) => <ActorName actor={row.owner} /> },
    { key: 'round', title: t('rectification.round'), dataIndex: 'round', align: 'right' },
  ];
}
