//! One teaching case: its text, what was taken out of it, and its way from draft to publication.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Alert, App, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { momentOf } from '../../../lib/time.ts';
import { ActionButtons } from '../../../parts/action-buttons.tsx';
import { EventLines } from '../../../parts/event-lines.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { UnitName } from '../../../parts/names.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { useClassTitle } from '../words.ts';
import styles from './case.module.css';
import { CASES, caseQuery, type TeachingCase } from './data.ts';
import { CaseStageTag } from './list-page.tsx';
import { CASE_VERBS, type CaseVerb, CaseWriting } from './writing.tsx';

const route = getRouteApi('/cases/$case');

export function CaseRoute() {
  const { t } = useTranslation('oversee');
  const navigate = useNavigate();
  const { case: id } = route.useParams();
  const { edition, draft } = route.useSearch();
  const query = useQuery(caseQuery(id, edition, draft === true));
  const show = (search: { edition?: number; draft?: true }) =>
    void navigate({ to: '/cases/$case', params: { case: id }, search, replace: true });
  const found = query.data;
  return (
    <Page
      title={found?.title ?? t('case.one')}
      actions={
        <>
          {found && found.edition > 0 ? (
            <Select<number | 'draft'>
              aria-label={t('case.edition')}
              value={draft ? 'draft' : (found.shown_edition ?? 'draft')}
              onChange={(next) => show(next === 'draft' ? { draft: true } : { edition: next })}
              options={[
                ...(found.stage === 'draft' ? [{ value: 'draft' as const, label: t('case.draftText') }] : []),
                ...Array.from({ length: found.edition }, (_, at) => ({
                  value: at + 1,
                  label: t('case.editionNumber', { number: at + 1 }),
                })),
              ]}
            />
          ) : null}
          <Link to="/cases" search={{}}>
            {t('case.back')}
          </Link>
        </>
      }
    >
      <Loaded query={query} rows={10}>
        {(one) => <Shown one={one} />}
      </Loaded>
    </Page>
  );
}

const TEXTS = ['story', 'handling', 'lessons'] as const;

function Shown({ one }: { one: TeachingCase }) {
  const { t } = useTranslation('oversee');
  const { message } = App.useApp();
  const queries = useQueryClient();
  const title = useClassTitle();
  const [verb, setVerb] = useState<CaseVerb>();
  const removed = one.removed ?? [];
  return (
    <>
      <ActionButtons
        verbs={CASE_VERBS}
        actions={one.allowed_actions}
        label={(which) => t(`case.verb.${which}`)}
        onChoose={setVerb}
        dangerous={['withdraw']}
      />
      {one.stage === 'draft' ? (
        <Alert
          type="info"
          showIcon
          title={t('case.toConfirm')}
          description={
            removed.length === 0
              ? t('case.nothingRemoved')
              : removed.map(({ kind, count }) => t(`case.removed.${kind}`, { count })).join(' · ')
          }
        />
      ) : null}
      <div className={styles.grid}>
        <div className={styles.texts}>
          {TEXTS.map((part) => (
            <Panel key={part} title={t(`case.${part}`)}>
              <p className={styles.text}>{one[part]}</p>
            </Panel>
          ))}
        </div>
        <div className={styles.texts}>
          <Panel title={t('case.facts')}>
            <Facts
              facts={[
                [t('case.state'), <CaseStageTag key="stage" stage={one.stage} />],
                [
                  t('case.classes'),
                  [title('business', one.business), title('reason', one.reason)].filter(Boolean).join(' · ') || '—',
                ],
                [t('case.tags'), one.tags.join(' · ') || '—'],
                [t('case.published'), one.published_at ? momentOf(one.published_at) : '—'],
                ...(one.unit
                  ? ([[t('word.unit'), <UnitName key="unit" path={one.unit} />]] as [string, React.ReactNode][])
                  : []),
                ...(one.order
                  ? ([
                      [
                        t('case.order'),
                        <Link key="order" to="/orders/$order" params={{ order: one.order }}>
                          {t('case.openOrder')}
                        </Link>,
                      ],
                    ] as [string, React.ReactNode][])
                  : []),
              ]}
            />
          </Panel>
          {one.history && one.history.length > 0 ? (
            <Panel title={t('case.history')} flush>
              <EventLines events={one.history} />
            </Panel>
          ) : null}
        </div>
      </div>
      <CaseWriting
        one={one}
        verb={verb}
        onClose={() => setVerb(undefined)}
        onDone={async (done) => {
          await queries.invalidateQueries({ queryKey: CASES });
          void message.success(t('form.done', { act: t(`case.verb.${done}`) }));
        }}
      />
    </>
  );
}
