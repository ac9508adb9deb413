//! Teaching cases: what one bank's complaints teach, without who and where.

import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Input, Segmented, type TableProps, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import { dateOf } from '../../../lib/time.ts';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { type Mood, MoodTag } from '../../../ui/mood.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { ClassPicker } from '../class-picker.tsx';
import { useClassTitle } from '../words.ts';
import styles from './case.module.css';
import { CASE_STAGES, type CaseFilters, type CaseRow, type CaseStage, casesQuery, readCaseFilters } from './data.ts';

const route = getRouteApi('/cases');

export function CasesRoute() {
  const { t } = useTranslation('oversee');
  const navigate = useNavigate();
  const filters = route.useSearch();
  const query = useInfiniteQuery(casesQuery(filters));
  const session = useSession();
  // Readers see what is published; who writes or confirms sees the rest too.
  const seesDrafts = holds(session, 'voice.case.write') || holds(session, 'voice.case.confirm');
  const change = (part: Partial<Record<keyof CaseFilters, string | undefined>>) =>
    void navigate({ to: '/cases', search: readCaseFilters({ ...filters, ...part }), replace: true });
  return (
    <Page title={t('case.title')} note={t('case.note')}>
      <div className={styles.bar} role="search" aria-label={t('case.search')}>
        <Input.Search
          className={styles.search}
          placeholder={t('case.searchHint')}
          aria-label={t('case.searchHint')}
          defaultValue={filters.text ?? ''}
          allowClear
          onSearch={(text) => change({ text: text.trim() })}
        />
        <div className={styles.classes}>
          <ClassPicker
            axis="business"
            aria-label={t('case.business')}
            placeholder={t('case.business')}
            value={filters.business}
            onChange={(business) => change({ business })}
          />
        </div>
        <div className={styles.classes}>
          <ClassPicker
            axis="reason"
            aria-label={t('word.reason')}
            placeholder={t('word.reason')}
            value={filters.reason}
            onChange={(reason) => change({ reason })}
          />
        </div>
        {filters.tag ? (
          <Tag closable={{ 'aria-label': t('case.untag') }} onClose={() => change({ tag: undefined })}>
            {filters.tag}
          </Tag>
        ) : null}
      </div>
      <Panel
        title={t('case.list')}
        flush
        extra={
          seesDrafts ? (
            <Segmented
              size="small"
              aria-label={t('case.which')}
              value={filters.stage ?? 'published'}
              onChange={(stage) => change({ stage })}
              options={CASE_STAGES.map((stage) => ({ value: stage, label: t(`case.stage.${stage}`) }))}
            />
          ) : null
        }
      >
        <PagedTable<CaseRow>
          label={t('case.list')}
          query={query}
          columns={useColumns(change)}
          rowKey={(row) => row.id}
          empty={Object.keys(filters).length > 0 ? t('case.noneFits') : t('case.none')}
          onOpen={(row) => void navigate({ to: '/cases/$case', params: { case: row.id }, search: {} })}
        />
      </Panel>
    </Page>
  );
}

const MOODS: Record<CaseStage, Mood> = { published: 'met', draft: 'soon', withdrawn: 'none' };

export function CaseStageTag({ stage }: { stage: CaseStage }) {
  const { t } = useTranslation('oversee');
  return <MoodTag mood={MOODS[stage]}>{t(`case.stage.${stage}`)}</MoodTag>;
}

function useColumns(change: (part: { tag: string }) => void): TableProps<CaseRow>['columns'] {
  const { t } = useTranslation('oversee');
  const title = useClassTitle();
  return [
    {
      key: 'title',
      title: t('case.name'),
      render: (_, row) => (
        <Link to="/cases/$case" params={{ case: row.id }} search={{}}>
          {row.title || t('case.unnamed', { day: dateOf(row.made_at) })}
        </Link>
      ),
    },
    { key: 'stage', title: t('case.state'), render: (_, row) => <CaseStageTag stage={row.stage} /> },
    {
      key: 'classes',
      title: t('case.classes'),
      render: (_, row) =>
        [title('business', row.business), title('reason', row.reason)].filter(Boolean).join(' · ') || '—',
    },
    {
      key: 'tags',
      title: t('case.tags'),
      render: (_, row) =>
        row.tags.map((tag) => (
          <button key={tag} type="button" className={styles.tag} onClick={() => change({ tag })}>
            {tag}
          </button>
        )),
    },
    { key: 'edition', title: t('case.edition'), dataIndex: 'edition', align: 'right' },
    {
      key: 'published',
      title: t('case.published'),
      render: (_, row) => (row.published_at ? dateOf(row.published_at) : '—'),
    },
  ];
}
