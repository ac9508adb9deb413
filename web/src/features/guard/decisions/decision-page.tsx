//! One decision: what is demanded, why, each part of its score, the event with personal fields masked, and every value seen.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { Loaded, Nothing } from '../../../parts/loaded.tsx';
import { ActorName, UnitName } from '../../../parts/names.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { bookQuery } from '../data.ts';
import { OUTCOME_MOODS, OutcomeTag, useSum } from '../words.tsx';
import { type Decision, decisionQuery } from './data.ts';
import styles from './decisions.module.css';
import { MovedPanel } from './moved-panel.tsx';
import { OpenFromDecision } from './open-from-decision.tsx';
import { SeenPanel, shownValue } from './seen-panel.tsx';
import { useTypeTitle } from './type-title.ts';

const route = getRouteApi('/decisions/$decision');

/** The decision of the address. */
export function DecisionRoute() {
  return <DecisionPage id={route.useParams().decision} />;
}

export function DecisionPage({ id }: { id: string }) {
  const { t } = useTranslation('guard');
  const title = useTypeTitle();
  const query = useQuery(decisionQuery(id));
  const { data } = query;
  return (
    <Page
      title={data ? `${title(data.event_type)} · ${momentOf(data.at)}` : t('decision.title')}
      note={data ? <UnitName path={data.unit} /> : null}
      actions={data ? <OpenFromDecision decision={data} /> : null}
    >
      <Loaded query={query} rows={12}>
        {(decision) => (
          <div className={styles.columns}>
            <div className={styles.column}>
              <AnswerPanel decision={decision} />
              <PartsPanel decision={decision} />
              <MovedPanel decision={decision} />
              <DialoguePanel decision={decision} />
            </div>
            <div className={styles.column}>
              <EventPanel decision={decision} />
              <SeenPanel seen={decision.seen} />
            </div>
          </div>
        )}
      </Loaded>
      <p>
        <Link to="/decisions">{t('decision.back')}</Link>
      </p>
    </Page>
  );
}

function AnswerPanel({ decision }: { decision: Decision }) {
  const { t, i18n } = useTranslation('guard');
  const { answer, outcome, score, is_screened: isScreened, decided_at: at, caller } = decision;
  const mood = outcome ? OUTCOME_MOODS[outcome] : 'none';
  const versions = (answer.scenarios ?? []).map(({ name, version }) => t('decision.version', { name, version }));
  return (
    <Panel title={t('decision.answer')}>
      <p className={styles.demand}>
        <strong style={{ color: `var(--mood-${mood})`, background: `var(--mood-${mood}-ground)` }}>
          {outcome ? t(`outcome.${outcome}`) : t('feed.recorded')}
        </strong>
        {outcome ? <span className={styles.quiet}>{t(`outcomeHint.${outcome}`)}</span> : null}
      </p>
      <ul className={styles.reasons} aria-label={t('standing.reasons')}>
        {(answer.reasons ?? []).map((reason) => (
          <li key={reason.zh}>
            {textOf(reason, i18n.language)}
            <span className={styles.other} lang={i18n.language === 'en' ? 'zh-CN' : 'en'}>
              {textOf(reason, i18n.language === 'en' ? 'zh' : 'en')}
            </span>
          </li>
        ))}
      </ul>
      <Facts
        facts={[
          [
            t('feed.score'),
            <span key="score" className="numbers">
              {score}
            </span>,
          ],
          [t('feed.screening'), t(isScreened ? 'feed.screened' : 'feed.notScreened')],
          ...(answer.until ? [[t('decision.until'), momentOf(answer.until)] as [string, string]] : []),
          [t('feed.decided'), momentOf(at)],
          [t('decision.caller'), <ActorName key="caller" actor={caller} />],
          ...(versions.length > 0 ? [[t('decision.scenarios'), versions.join(' · ')] as [string, string]] : []),
        ]}
      />
    </Panel>
  );
}

function PartsPanel({ decision }: { decision: Decision }) {
  const { t } = useTranslation('guard');
  const parts = decision.answer.parts ?? [];
  const most = Math.max(1, ...parts.map(({ points }) => Math.abs(points)));
  return (
    <Panel title={t('decision.parts')} flush extra={t('decision.total', { score: decision.score })}>
      {parts.length === 0 ? <Nothing>{t('decision.noParts')}</Nothing> : null}
      <ol className={styles.parts}>
        {parts.map(({ scenario, version, rule, points, outcome }) => (
          <li key={`${scenario} ${rule}`}>
            <span className={styles.rule}>
              {rule ?? t('decision.model')}
              <span className={styles.other}>{t('decision.version', { name: scenario, version })}</span>
            </span>
            {outcome ? <OutcomeTag outcome={outcome} /> : <span />}
            <span className={`${styles.end} numbers`}>{points > 0 ? `+${points}` : points}</span>
            <span
              className={styles.weight}
              data-speaks={points < 0 ? 'against' : 'for'}
              style={{ width: `${(Math.abs(points) / most) * 100}%` }}
            />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

/** Which parts of the dialogue it asks for. */
function DialoguePanel({ decision }: { decision: Decision }) {
  const { t, i18n } = useTranslation('guard');
  const { data: book } = useQuery(bookQuery);
  const names = decision.answer.dialogue ?? [];
  if (names.length === 0) return null;
  const title = (name: string) => {
    const part = book?.parts.find((one) => one.name === name);
    return part ? textOf(part.title, i18n.language) : name;
  };
  return (
    <Panel title={t('open.dialogue')}>
      <ul className={styles.reasons}>
        {names.map((name) => (
          <li key={name}>{title(name)}</li>
        ))}
      </ul>
    </Panel>
  );
}

function EventPanel({ decision }: { decision: Decision }) {
  const { t } = useTranslation('guard');
  const sum = useSum();
  const { event, masked } = decision;
  const facts = Object.entries({ ...event, ...masked }).sort(([one], [other]) => one.localeCompare(other));
  const value = (name: string, given: unknown) =>
    name === 'amount' && typeof given === 'number' ? sum(given) : shownValue(given);
  return (
    <Panel title={t('decision.event')} extra={t('decision.masked')}>
      <Facts
        facts={facts.map(([name, given]) => [
          name,
          <span key={name} className="numbers">
            {value(name, given)}
          </span>,
        ])}
      />
    </Panel>
  );
}
