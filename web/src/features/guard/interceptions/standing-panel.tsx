//! How an interception stands: what is demanded and why, the delay, the limit, what became of it, the visit.

import { useTranslation } from 'react-i18next';
import { useNow } from '../../../lib/now.ts';
import { textOf } from '../../../lib/text.ts';
import { momentOf, spanBetween } from '../../../lib/time.ts';
import { Facts } from '../../../ui/facts.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { Interception } from '../data.ts';
import { EndingTag, OUTCOME_MOODS, useScamTitle, useSum } from '../words.tsx';
import styles from './interceptions.module.css';

type Fact = [name: string, value: React.ReactNode];

export function StandingPanel({ interception }: { interception: Interception }) {
  const { t, i18n } = useTranslation('guard');
  const { outcome, demanded, points, reasons } = interception;
  const mood = OUTCOME_MOODS[outcome];
  const facts: Fact[] = [
    [t('fact.points'), <span key="points" className="numbers">{`${points} · ${t('fact.pointsHint')}`}</span>],
    ...useResult(interception),
    ...useDelay(interception),
    ...useLimit(interception),
  ];
  return (
    <Panel title={t('standing.title')}>
      <p className={styles.demand}>
        <strong style={{ color: `var(--mood-${mood})`, background: `var(--mood-${mood}-ground)` }}>
          {t(`outcome.${outcome}`)}
        </strong>
        <span className={styles.hint}>
          {outcome === demanded
            ? t(`outcomeHint.${outcome}`)
            : t('standing.was', { outcome: t(`outcome.${demanded}`) })}
        </span>
      </p>
      <ul className={styles.reasons} aria-label={t('standing.reasons')}>
        {reasons.map((reason) => (
          <li key={reason.zh}>{textOf(reason, i18n.language)}</li>
        ))}
      </ul>
      <Facts facts={facts} />
    </Panel>
  );
}

function useResult(interception: Interception): Fact[] {
  const { t } = useTranslation('guard');
  const scam = useScamTitle();
  const sum = useSum();
  const { ending, saved, visit, visit_at: visitAt, refusal_paper: paper } = interception;
  return [
    ...(paper ? [[t('form.paper'), paper] as Fact] : []),
    ...(ending ? [[t('filter.ending'), <EndingTag key="ending" ending={ending} />] as Fact] : []),
    ...(interception.scam ? [[t('filter.scam'), scam(interception.scam)] as Fact] : []),
    ...(ending ? [[t('fact.saved'), sum(saved)] as Fact] : []),
    ...(visit
      ? [[t('fact.visit'), t(`finding.${visit}`)] as Fact]
      : visitAt
        ? [[t('fact.visitAt'), momentOf(visitAt)] as Fact]
        : []),
  ];
}

function useDelay({ delay }: Interception): Fact[] {
  const { t } = useTranslation('guard');
  const now = useNow();
  if (!delay) return [];
  const until = momentOf(delay.until);
  const { hours, minutes, days } = spanBetween(now, Date.parse(delay.until));
  const left = t('fact.delayLeft', { hours: days * 24 + hours, minutes });
  return [
    [
      t('fact.delay'),
      delay.ended ? (
        <span key="delay">{`${t(`delayEnd.${delay.ended}`)} · ${t(`delayGround.${delay.ground}`)}`}</span>
      ) : (
        <span key="delay">
          <MoodTag mood="soon">{t('row.waits', { at: until })}</MoodTag> {left}
          <br />
          {`${t(`delayGround.${delay.ground}`)} · ${delay.rule}`}
        </span>
      ),
    ],
  ];
}

function useLimit({ limit }: Interception): Fact[] {
  const { t } = useTranslation('guard');
  if (!limit) return [];
  const state = limit.lifted_at
    ? t('fact.lifted', { at: momentOf(limit.lifted_at) })
    : limit.appealed_at
      ? t('fact.appealed', { at: momentOf(limit.appealed_at) })
      : t('fact.since', { at: momentOf(limit.since) });
  return [[t('fact.limit'), `${t(`restriction.${limit.restriction}`)} · ${state}`]];
}
