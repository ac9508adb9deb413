//! What a version says, to be read: its rules with condition, points, outcome and sentence; what scores demand.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../lib/text.ts';
import { Nothing } from '../../../parts/loaded.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { bookQuery } from '../data.ts';
import { OutcomeTag } from '../words.tsx';
import type { RuleSpec, ScenarioSpec } from './data.ts';
import styles from './scenarios.module.css';

export function SpecView({ spec }: { spec: ScenarioSpec }) {
  const { t } = useTranslation('guard');
  const thresholds = spec.thresholds ?? [];
  return (
    <>
      <Panel title={t('scenario.frame')}>
        <Facts
          facts={[
            [t('scenario.events'), spec.events?.join(', ') || t('scenario.allEvents')],
            ...(spec.unless
              ? [[t('scenario.unless'), <code key="unless">{spec.unless}</code>] as [string, React.ReactNode]]
              : []),
            ...(spec.model_points ? [[t('scenario.modelPoints'), spec.model_points] as [string, number]] : []),
            ...thresholds.map(({ score, outcome, lasts }): [string, React.ReactNode] => [
              t('scenario.from', { score }),
              <span key={score}>
                <OutcomeTag outcome={outcome} /> {lasts}
              </span>,
            ]),
          ]}
        />
      </Panel>
      <Panel title={t('scenario.rules')} flush extra={t('scenario.count', { count: spec.rules.length })}>
        {spec.rules.length === 0 ? <Nothing /> : null}
        <ol className={styles.rules}>
          {spec.rules.map((rule) => (
            <li key={rule.name}>
              <Rule rule={rule} />
            </li>
          ))}
        </ol>
      </Panel>
    </>
  );
}

function Rule({ rule }: { rule: RuleSpec }) {
  const { t, i18n } = useTranslation('guard');
  const { data: book } = useQuery(bookQuery);
  const { name, when, points = 0, outcome, lasts, reason, dialogue = [] } = rule;
  const parts = dialogue.map((part) => {
    const found = book?.parts.find((one) => one.name === part);
    return found ? textOf(found.title, i18n.language) : part;
  });
  return (
    <>
      <p className={styles.head}>
        <strong>{name}</strong>
        <span className="numbers">{t('scenario.points', { points: points > 0 ? `+${points}` : String(points) })}</span>
        {outcome ? <OutcomeTag outcome={outcome} /> : null}
        {lasts ? <span>{lasts}</span> : null}
      </p>
      <pre className={styles.when}>{when}</pre>
      <p className={styles.reason}>{textOf(reason, i18n.language)}</p>
      {parts.length > 0 ? <p className={styles.quiet}>{t('scenario.talk', { parts: parts.join(' · ') })}</p> : null}
    </>
  );
}
