//! What a threshold on the candidate's score would give: dragged, or moved by the keys; the figures follow at once.

import { useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Language } from '../../../lib/language.ts';
import { useIsDark } from '../../../lib/preferences.ts';
import { countText, shareText } from '../../../lib/quantity.ts';
import { type ChartColours, chartAxis, chartBase, chartColours } from '../../../ui/chart-colours.ts';
import { useSum } from '../words.tsx';
import type { Threshold, Trial } from './data.ts';
import { each, ppm, risen, startAt } from './figures.ts';
import { Pictured } from './pictured.tsx';
import styles from './proof.module.css';

const PERCENT_PPM = 10_000;
/** The threshold and its alerts; what follows rests on labels. */
const UNLABELLED_FIGURES = 2;

interface ThresholdPanelProps {
  trial: Trial;
  /** Nothing is known of frauds: alerts alone are told. */
  isUnlabelled?: boolean;
}

export function ThresholdPanel({ trial, isUnlabelled = false }: ThresholdPanelProps) {
  const { t, i18n } = useTranslation('proof');
  const language = i18n.language as Language;
  const isDark = useIsDark();
  const steps = useMemo(() => risen(trial.thresholds), [trial.thresholds]);
  const [moved, setMoved] = useState<number>();
  // A score and no place: while a backtest goes on, places shift under the hand.
  const found = moved === undefined ? -1 : steps.findIndex(({ score }) => score >= moved);
  const at = moved === undefined ? startAt(steps, trial.live.alerts) : found === -1 ? steps.length - 1 : found;
  const chosen = steps[at];
  const names = useMemo(
    () => ({ alerts: t('sides.alerts'), recall: t('sides.recall'), precision: t('sides.precision') }),
    [t],
  );
  const option = useMemo(
    () => picture(steps, at, names, chartColours(isDark), isUnlabelled),
    [steps, at, names, isDark, isUnlabelled],
  );
  const share = (value: number | null | undefined) => {
    const parts = ppm(value);
    return parts === undefined ? '—' : shareText(parts, language);
  };
  return (
    <Pictured
      title={t('threshold.title')}
      option={option}
      empty={chosen ? undefined : t('threshold.none')}
      onPick={(index) => setMoved(steps[index]?.score)}
      foot={
        chosen ? (
          <Dragged
            trial={trial}
            isUnlabelled={isUnlabelled}
            steps={steps}
            at={at}
            chosen={chosen}
            onMove={(to) => setMoved(steps[to]?.score)}
          />
        ) : null
      }
    >
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('threshold.score')}</th>
            <th scope="col">{names.alerts}</th>
            {isUnlabelled ? null : <th scope="col">{names.precision}</th>}
            {isUnlabelled ? null : <th scope="col">{names.recall}</th>}
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={step.score} aria-current={step === chosen ? 'true' : undefined}>
              <th scope="row">{step.score}</th>
              <td>{countText(step.alerts, language)}</td>
              {isUnlabelled ? null : <td>{share(step.precision)}</td>}
              {isUnlabelled ? null : <td>{share(step.recall)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </Pictured>
  );
}

interface DraggedProps {
  trial: Trial;
  isUnlabelled: boolean;
  steps: Threshold[];
  at: number;
  chosen: Threshold;
  onMove: (to: number) => void;
}

function Dragged({ trial, isUnlabelled, steps, at, chosen, onMove }: DraggedProps) {
  const { t, i18n } = useTranslation('proof');
  const language = i18n.language as Language;
  const sum = useSum();
  const id = useId();
  const number = (value: number) => countText(value, language);
  const share = (value: number | null | undefined) => {
    const parts = ppm(value);
    return parts === undefined ? '—' : shareText(parts, language);
  };
  const days = each(chosen.alerts, trial.days.length);
  const figures: [name: string, value: string, under?: string][] = [
    [t('threshold.score'), String(chosen.score)],
    [
      t('sides.alerts'),
      number(chosen.alerts),
      days === undefined ? undefined : t('threshold.perDay', { number: number(days) }),
    ],
    [t('sides.precision'), share(chosen.precision), t('threshold.genuine', { number: number(chosen.genuine) })],
    [
      t('sides.recall'),
      share(chosen.recall),
      t('threshold.ofFraud', { number: number(chosen.fraud), all: number(trial.fraud) }),
    ],
    [t('threshold.amount'), sum(chosen.amount), t('threshold.ofAmount', { sum: sum(trial.fraud_amount) })],
  ].map(([name = '', value = '', under]) => (under === undefined ? [name, value] : [name, value, under]));
  return (
    <div className={styles.dragged}>
      <div className={styles.slider}>
        <label htmlFor={id}>{t('threshold.drag')}</label>
        <input
          id={id}
          type="range"
          min={0}
          max={steps.length - 1}
          step={1}
          value={at}
          aria-valuetext={t('threshold.value', { score: chosen.score, alerts: number(chosen.alerts) })}
          onChange={(event) => onMove(Number(event.target.value))}
        />
        <div className={styles.ends} aria-hidden="true">
          <span>{steps[0]?.score}</span>
          <span>{steps.at(-1)?.score}</span>
        </div>
      </div>
      <dl className={styles.figures}>
        {(isUnlabelled ? figures.slice(0, UNLABELLED_FIGURES) : figures).map(([name, value, under]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value}
              {under ? <small>{under}</small> : null}
            </dd>
          </div>
        ))}
      </dl>
      <p className={styles.quiet}>{t('threshold.hint')}</p>
    </div>
  );
}

function picture(
  steps: Threshold[],
  at: number,
  names: Record<'alerts' | 'precision' | 'recall', string>,
  colours: ChartColours,
  isUnlabelled: boolean,
) {
  const base = chartBase(colours);
  const percent = (value: number | null | undefined) => {
    const parts = ppm(value);
    return parts === undefined ? null : parts / PERCENT_PPM;
  };
  const line = (
    name: string,
    color: string,
    data: (number | null)[],
    axis: 0 | 1,
    type: 'solid' | 'dashed' = 'solid',
  ) => ({
    name,
    type: 'line',
    step: 'start',
    yAxisIndex: axis,
    lineStyle: { width: 2, color, type },
    itemStyle: { color },
    // Only the chosen threshold has a mark.
    symbolSize: 10,
    data: data.map((value, place) => ({ value, symbol: place === at ? 'circle' : 'none' })),
  });
  const shares = isUnlabelled
    ? []
    : [
        line(
          names.precision,
          colours.second,
          steps.map(({ precision }) => percent(precision)),
          1,
          'dashed',
        ),
        line(
          names.recall,
          colours.main,
          steps.map(({ recall }) => percent(recall)),
          1,
        ),
      ];
  return {
    ...base,
    tooltip: { ...base.tooltip, trigger: 'axis' as const },
    legend: { top: 0, right: 0, textStyle: { color: colours.text } },
    grid: { left: 8, right: 8, top: 36, bottom: 8, containLabel: true },
    xAxis: {
      type: 'category',
      data: steps.map(({ score }) => String(score)),
      boundaryGap: false,
      ...chartAxis(colours),
    },
    yAxis: [
      { type: 'value', minInterval: 1, ...chartAxis(colours) },
      {
        type: 'value',
        show: !isUnlabelled,
        min: 0,
        max: 100,
        ...chartAxis(colours),
        splitLine: { show: false },
        axisLabel: { color: colours.text, formatter: '{value}%' },
      },
    ],
    series: [
      line(
        names.alerts,
        colours.quiet,
        steps.map(({ alerts }) => alerts),
        0,
      ),
      ...shares,
    ],
  };
}
