//! One change of a list: why, by whom, its values masked; approved or refused by somebody who did not propose it.

import { useInfiniteQuery } from '@tanstack/react-query';
import { App } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { textOf } from '../../../lib/text.ts';
import { dateOf, momentOf } from '../../../lib/time.ts';
import { ActionButtons } from '../../../parts/action-buttons.tsx';
import { Nothing } from '../../../parts/loaded.tsx';
import { ActorName } from '../../../parts/names.tsx';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { Words } from '../../../parts/words-field.tsx';
import { Writing } from '../../../parts/writing.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { type Change, changePages, entryPages, type GuardList, useVerdict } from './data.ts';
import type { ListFilters } from './filters.ts';
import { STATE_MOODS } from './state-moods.ts';

const REASON_CHARS_MAX = 200;

interface ChangeDetailProps {
  id: string;
  filters: ListFilters;
  lists: GuardList[];
}

export function ChangeDetail({ id, filters, lists }: ChangeDetailProps) {
  const { t } = useTranslation('guard');
  // It is one of the list behind; the server tells of a change by its list alone.
  const query = useInfiniteQuery(changePages(filters));
  const change = query.data?.pages.flatMap((page) => page.items).find((one) => one.id === id);
  if (!change) return <Nothing>{query.isPending ? undefined : t('lists.notShown')}</Nothing>;
  return <Detail change={change} lists={lists} />;
}

function Detail({ change, lists }: { change: Change; lists: GuardList[] }) {
  const { t, i18n } = useTranslation('guard');
  const list = lists.find((one) => one.name === change.list);
  return (
    <>
      <Facts
        facts={[
          [
            t('column.stage'),
            <MoodTag key="state" mood={STATE_MOODS[change.state]}>
              {t(`changeState.${change.state}`)}
            </MoodTag>,
          ],
          [t('lists.change'), t(`changeKind.${change.what}`, { count: change.entries })],
          [t('lists.name'), list ? textOf(list.title, i18n.language) : change.list],
          [t('lists.reason'), change.reason],
          [t('lists.source'), change.source],
          [t('lists.until'), change.until ? dateOf(change.until) : t('lists.forEver')],
          [t('lists.proposed'), <Who key="by" actor={change.proposed_by} at={change.proposed_at} />],
          ...(change.decided_by && change.decided_at
            ? [
                [t('lists.decided'), <Who key="decided" actor={change.decided_by} at={change.decided_at} />] as [
                  string,
                  React.ReactNode,
                ],
              ]
            : []),
        ]}
      />
      {change.state === 'proposed' ? <Verdict change={change} /> : null}
      <Entries id={change.id} />
    </>
  );
}

function Who({ actor, at }: { actor: string; at: string }) {
  return (
    <>
      <ActorName actor={actor} withUnit /> <span className="numbers">{momentOf(at)}</span>
    </>
  );
}

function Verdict({ change }: { change: Change }) {
  const { t } = useTranslation('guard');
  const common = useTranslation();
  const { message } = App.useApp();
  const submission = useSubmit();
  const [isRefusing, setRefusing] = useState(false);
  const judge = useVerdict(change);
  const done = (act: string) => void message.success(common.t('act.done', { act }));
  const approve = () =>
    submission.run(async () => {
      await judge('approve');
      done(t('lists.approve'));
    });
  return (
    <div style={{ margin: '12px 0' }}>
      <div aria-live="polite">{submission.problem ? <ProblemNotice error={submission.problem} /> : null}</div>
      <ActionButtons
        verbs={['approve', 'refuse']}
        actions={submission.busy ? [] : change.allowed_actions}
        label={(verb) => t(`lists.${verb}`)}
        onChoose={(verb) => (verb === 'approve' ? void approve() : setRefusing(true))}
      />
      <Writing<{ reason: string }>
        open={isRefusing}
        title={t('lists.refuse')}
        onClose={() => setRefusing(false)}
        onSend={async ({ reason }) => {
          await judge({ reason });
          done(t('lists.refuse'));
        }}
      >
        <Words name="reason" label={t('lists.reason')} charsMax={REASON_CHARS_MAX} />
      </Writing>
    </div>
  );
}

function Entries({ id }: { id: string }) {
  const { t } = useTranslation('guard');
  return (
    <PagedTable<Schemas['ListEntryBody']>
      label={t('lists.values')}
      query={useInfiniteQuery(entryPages(id))}
      rowKey={(row) => String(row.seq)}
      empty={t('lists.noValues')}
      columns={[
        { key: 'seq', title: t('lists.row'), align: 'right', width: 80, dataIndex: 'seq' },
        { key: 'masked', title: t('lists.value'), render: (_, row) => <span className="numbers">{row.masked}</span> },
      ]}
    />
  );
}
