//! Two versions of a scenario beside each other: what was added, taken out and changed, told in words as well as in colours.

import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../lib/text.ts';
import { Loaded } from '../../../parts/loaded.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { type Mood, MoodTag } from '../../../ui/mood.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { type RuleSpec, type Scenario, type ScenarioSpec, scenarioQuery, specOf } from './data.ts';
import { differencesOf, isSame, piecesOf, type RuleDifference } from './differences.ts';
import styles from './scenarios.module.css';

const MOODS: Record<RuleDifference['kind'], Mood> = { added: 'met', removed: 'overdue', changed: 'soon', same: 'none' };

export function Comparison({ scenario, beside }: { scenario: Scenario; beside: string }) {
  const query = useQuery(scenarioQuery(beside));
  return (
    <Loaded query={query}>
      {(other) => {
        // The older one is what the newer one is told from.
        const [before, after] = other.number < scenario.number ? [other, scenario] : [scenario, other];
        return <Differences before={before} after={after} />;
      }}
    </Loaded>
  );
}

function Differences({ before, after }: { before: Scenario; after: Scenario }) {
  const { t } = useTranslation('guard');
  const rules = differencesOf(specOf(before), specOf(after));
  const same = rules.filter(({ kind }) => kind === 'same').length;
  return (
    <>
      <FrameDifferences before={specOf(before)} after={specOf(after)} />
      <Panel
        title={t('scenario.between', { before: before.number, after: after.number })}
        flush
        extra={t('scenario.sameRules', { count: same })}
      >
        <ol className={styles.rules}>
          {rules
            .filter(({ kind }) => kind !== 'same')
            .map((difference) => (
              <OneRule key={difference.name} difference={difference} />
            ))}
        </ol>
      </Panel>
    </>
  );
}

function OneRule({ difference }: { difference: RuleDifference }) {
  const { t } = useTranslation('guard');
  return (
    <li>
      <p className={styles.head}>
        <strong>{difference.name}</strong>
        <MoodTag mood={MOODS[difference.kind]}>{t(`scenario.kind.${difference.kind}`)}</MoodTag>
      </p>
      <Facts facts={useRuleFacts(difference)} />
    </li>
  );
}

function FrameDifferences({ before, after }: { before: ScenarioSpec; after: ScenarioSpec }) {
  const { t } = useTranslation('guard');
  const frame = ({ rules: _, ...others }: ScenarioSpec) => others;
  if (isSame(frame(before), frame(after))) return null;
  const text = (spec: ScenarioSpec) => JSON.stringify(frame(spec), null, 2);
  return (
    <Panel title={t('scenario.frame')}>
      <Pieces before={text(before)} after={text(after)} />
    </Panel>
  );
}

/** What of a rule is shown: each thing that differs, as it was and as it is. */
function useRuleFacts({ before, after }: RuleDifference): [string, React.ReactNode][] {
  const { t, i18n } = useTranslation('guard');
  const fields: [string, (rule: RuleSpec | undefined) => string][] = [
    [t('scenario.when'), (rule) => rule?.when ?? ''],
    [t('scenario.pointsLabel'), (rule) => (rule ? String(rule.points ?? 0) : '')],
    [t('scenario.outcome'), (rule) => (rule?.outcome ? t(`outcome.${rule.outcome}`) : '')],
    [t('scenario.lasts'), (rule) => rule?.lasts ?? ''],
    [t('lists.reason'), (rule) => (rule ? textOf(rule.reason, i18n.language) : '')],
    [t('open.dialogue'), (rule) => rule?.dialogue?.join(', ') ?? ''],
  ];
  return fields
    .filter(([, text]) => text(before) !== text(after))
    .map(([name, text]) => [name, <Pieces key={name} before={text(before)} after={text(after)} />]);
}

function Pieces({ before, after }: { before: string; after: string }) {
  return (
    <span className={styles.pieces}>
      {piecesOf(before, after).map(({ text, kind }, index) => {
        // Pieces have no name of their own; their order is what they are.
        const key = `${index} ${kind}`;
        if (kind === 'added') return <ins key={key}>{text}</ins>;
        if (kind === 'removed') return <del key={key}>{text}</del>;
        return <span key={key}>{text}</span>;
      })}
    </span>
  );
}
