//! One rectification: what was found, what is done about it, the proof, the check, and whether it helped.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../lib/text.ts';
import { dateOf, momentOf } from '../../../lib/time.ts';
import { ActionButtons } from '../../../parts/action-buttons.tsx';
import { EventLines } from '../../../parts/event-lines.tsx';
import { Loaded, Nothing } from '../../../parts/loaded.tsx';
import { ActorName, UnitName } from '../../../parts/names.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Lines } from '../../../ui/lines.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { useClassTitle } from '../words.ts';
import { type Rectification, rectificationQuery, VERBS, type Verb } from './data.ts';
import styles from './rectification.module.css';
import { RectificationDue, RectificationStageTag } from './stage.tsx';
import { RectificationWriting } from './writing.tsx';

const route = getRouteApi('/rectifications/$rectification');

export function RectificationRoute() {
  const { t } = useTranslation('oversee');
  const { rectification } = route.useParams();
  const query = useQuery(rectificationQuery(rectification));
  return (
    <Page
      title={query.data?.title ?? t('rectification.one')}
      note={
        <Link to="/rectifications" search={{}} className={styles.back}>
          {t('rectification.back')}
        </Link>
      }
    >
      <Loaded query={query} rows={10}>
        {(found) => <Shown rectification={found} />}
      </Loaded>
    </Page>
  );
}

function Shown({ rectification }: { rectification: Rectification }) {
  const { t, i18n } = useTranslation('oversee');
  const title = useClassTitle();
  const [verb, setVerb] = useState<Verb>();
  const one = rectification;
  return (
    <>
      <ActionButtons
        verbs={VERBS}
        actions={one.allowed_actions}
        label={(which) => t(`rectification.verb.${which}`)}
        onChoose={setVerb}
        dangerous={['cancel']}
      />
      <div className={styles.grid}>
        <Panel title={t('rectification.facts')}>
          <Facts
            facts={[
              [t('rectification.state'), <RectificationStageTag key="stage" stage={one.stage} />],
              [t('rectification.due'), <RectificationDue key="due" row={one} />],
              [t('rectification.cause'), textOf(one.cause_title, i18n.language)],
              [
                t('rectification.classes'),
                [title('business', one.business), title('reason', one.reason)].filter(Boolean).join(' · ') || '—',
              ],
              [t('rectification.scope'), <UnitName key="scope" path={one.scope} />],
              [t('rectification.unit'), <UnitName key="unit" path={one.unit} />],
              [t('rectification.owner'), <ActorName key="owner" actor={one.owner} withUnit />],
              [t('rectification.openedBy'), <ActorName key="by" actor={one.opened_by} withUnit />],
              [t('rectification.openedAt'), momentOf(one.opened_at)],
              [t('rectification.round'), one.round],
            ]}
          />
        </Panel>
        <Panel title={t('rectification.finding')}>
          <p className={styles.text}>{one.finding}</p>
          {one.orders.length > 0 ? (
            <p className={styles.quiet}>
              {t('rectification.from')}{' '}
              {one.orders.map((order, at) => (
                <span key={order}>
                  {at > 0 ? ' · ' : null}
                  <Link to="/orders/$order" params={{ order }}>
                    {t('rectification.orderNumber', { number: at + 1 })}
                  </Link>
                </span>
              ))}
            </p>
          ) : null}
        </Panel>
        <Measures rectification={one} />
        <Evidence rectification={one} />
        <LookBacks rectification={one} />
        <Remarks rectification={one} />
      </div>
      <Panel title={t('rectification.history')} flush>
        <EventLines events={one.history} />
      </Panel>
      <RectificationWriting rectification={one} verb={verb} onClose={() => setVerb(undefined)} />
    </>
  );
}

interface PartProps {
  rectification: Rectification;
}

function Measures({ rectification: { measures } }: PartProps) {
  const { t } = useTranslation('oversee');
  return (
    <Panel title={t('rectification.measures')} flush>
      <Lines
        lines={measures.map((measure) => ({
          key: measure.number,
          main: `${measure.number}. ${measure.text}`,
          side: (
            <>
              {measure.done_at ? (
                <MoodTag mood="met">{t('rectification.doneOn', { day: dateOf(measure.done_at) })}</MoodTag>
              ) : (
                <MoodTag mood="none">
                  {measure.due ? t('rectification.dueOn', { day: measure.due }) : t('rectification.notDone')}
                </MoodTag>
              )}
              {measure.words ? ` ${measure.words}` : null}
            </>
          ),
        }))}
      />
    </Panel>
  );
}

const KIB = 1024;

function Evidence({ rectification: { id, evidence, allowed_actions } }: PartProps) {
  const { t } = useTranslation('oversee');
  const read = allowed_actions.find((one) => one.action === 'read_evidence');
  return (
    <Panel title={t('rectification.evidence')} flush>
      {evidence.length === 0 ? <Nothing>{t('rectification.noEvidence')}</Nothing> : null}
      <Lines
        lines={evidence.map((file) => ({
          key: file.id,
          main: read?.allowed ? (
            <a href={`/api/voice/rectifications/${id}/evidence/${file.id}`} download={file.name}>
              {file.name}
            </a>
          ) : (
            <span title={read?.reason ?? undefined}>{file.name}</span>
          ),
          side: t('rectification.size', { size: Math.ceil(file.size / KIB) }),
        }))}
      />
    </Panel>
  );
}

function LookBacks({ rectification: { id, counted, look_backs, checked_at } }: PartProps) {
  const { t } = useTranslation('oversee');
  return (
    <Panel title={t('rectification.lookBack')}>
      <p className={styles.quiet}>{t('rectification.counted', { count: counted.days })}</p>
      <dl className={styles.counts}>
        {(['before', 'after'] as const).map((side) => (
          <div key={side}>
            <dt>{t(`rectification.${side}`)}</dt>
            <dd>
              {side === 'after' && !checked_at ? (
                '—'
              ) : (
                <Link
                  to="/rectifications/$rectification/orders"
                  params={{ rectification: id }}
                  search={{ side }}
                  preload={false}
                >
                  {counted[side]}
                </Link>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <ul className={styles.plain}>
        {look_backs.map((look) => (
          <li key={look.at}>
            <MoodTag mood={look.is_effective ? 'met' : 'overdue'}>
              {t(look.is_effective ? 'rectification.effective' : 'rectification.notEffective')}
            </MoodTag>{' '}
            {momentOf(look.at)} <ActorName actor={look.by} />{' '}
            {t('rectification.beforeAfter', { before: look.counted.before, after: look.counted.after })}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Remarks({ rectification: { remarks } }: PartProps) {
  const { t } = useTranslation('oversee');
  return (
    <Panel title={t('rectification.remarks')} flush>
      {remarks.length === 0 ? <Nothing>{t('rectification.noRemarks')}</Nothing> : null}
      <Lines
        lines={remarks.map((remark) => ({
          key: `${remark.at} ${remark.step}`,
          main: remark.text,
          side: (
            <>
              {momentOf(remark.at)} <ActorName actor={remark.by} />
            </>
          ),
        }))}
      />
    </Panel>
  );
}
