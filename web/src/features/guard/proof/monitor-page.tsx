//! What the decisions of a period look like beside a reference period, and what raised an alarm.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Segmented } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Language } from '../../../lib/language.ts';
import { countText, shareText } from '../../../lib/quantity.ts';
import { momentOf } from '../../../lib/time.ts';
import { Loaded } from '../../../parts/loaded.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { OUTCOMES } from '../data.ts';
import { useTypeTitle } from '../decisions/type-title.ts';
import { AlarmsPanel } from './alarms-panel.tsx';
import { DriftPanel } from './drift-panel.tsx';
import { type MonitorFilters, readMonitorFilters, SPANS } from './filters.ts';
import { useLatencyFacts } from './latency.ts';
import { type Monitoring, monitoringQuery } from './monitor-data.ts';
import styles from './proof.module.css';
import { SharesPanel } from './shares-panel.tsx';

const route = getRouteApi('/guard-monitoring');

/** The figures of the period of the address. */
export function MonitorRoute() {
  return <MonitorPage filters={route.useSearch()} />;
}

export function MonitorPage({ filters }: { filters: MonitorFilters }) {
  const { t } = useTranslation('proof');
  const navigate = useNavigate();
  const days = filters.days ?? SPANS[0];
  const query = useQuery(monitoringQuery(days));
  return (
    <Page
      title={t('monitor.title')}
      note={t('monitor.note')}
      actions={
        <Segmented
          aria-label={t('monitor.span')}
          value={days}
          onChange={(value) =>
            void navigate({ to: '/guard-monitoring', search: readMonitorFilters({ days: value }), replace: true })
          }
          options={SPANS.map((value) => ({ value, label: t('monitor.days', { count: value }) }))}
        />
      }
    >
      <Loaded query={query} rows={14}>
        {(monitoring) => <Whole monitoring={monitoring} />}
      </Loaded>
      <AlarmsPanel />
    </Page>
  );
}

function Whole({ monitoring }: { monitoring: Monitoring }) {
  const { t } = useTranslation('proof');
  const guard = useTranslation('guard');
  const { outcomes, rules, unknown } = monitoring;
  const outcome = (name: string) => {
    const known = OUTCOMES.find((one) => one === name);
    return known ? guard.t(`outcome.${known}`) : name;
  };
  return (
    <>
      <Headline monitoring={monitoring} />
      <DriftPanel scores={monitoring.scores} />
      <div className={styles.columns}>
        <SharesPanel title={t('monitor.outcomes')} name={t('monitor.outcome')} shares={outcomes} nameOf={outcome} />
        <AgesPanel groups={monitoring.age_groups} />
      </div>
      <SharesPanel
        title={t('monitor.rules')}
        name={t('rules.rule')}
        shares={mostFirst(rules)}
        empty={t('rules.none')}
      />
      <div className={styles.columns}>
        <FreshnessPanel types={monitoring.freshness} />
        <SharesPanel
          title={t('monitor.unknown')}
          name={t('monitor.feature')}
          shares={mostFirst(unknown)}
          empty={t('monitor.allKnown')}
        />
      </div>
    </>
  );
}

function mostFirst(shares: Monitoring['rules']): Monitoring['rules'] {
  return [...shares].sort((one, other) => other.count - one.count);
}

function Headline({ monitoring }: { monitoring: Monitoring }) {
  const { t, i18n } = useTranslation('proof');
  const language = i18n.language as Language;
  const { decided, reference_decided: before, unscreened, alarms } = monitoring;
  const latency = useLatencyFacts(monitoring.latency);
  const part =
    decided === 0
      ? '—'
      : t('monitor.perMillion', { number: countText(Math.round((unscreened * 1_000_000) / decided), language) });
  const figures: [name: string, value: string, under?: string][] = [
    [t('result.decided'), countText(decided, language), t('monitor.before', { number: countText(before, language) })],
    [t('monitor.unscreened'), countText(unscreened, language), part],
    [t('monitor.raised'), countText(alarms.length, language)],
    ...latency,
  ];
  return (
    <Panel
      title={t('monitor.period', { from: momentOf(monitoring.from), to: momentOf(monitoring.to) })}
      extra={t('monitor.reference', {
        from: momentOf(monitoring.reference_from),
        to: momentOf(monitoring.reference_to),
      })}
    >
      <dl className={styles.figures}>
        {figures.map(([name, value, under]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {value}
              {under ? <small>{under}</small> : null}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function AgesPanel({ groups }: { groups: Monitoring['age_groups'] }) {
  const { t, i18n } = useTranslation('proof');
  const language = i18n.language as Language;
  const count = (value: number) => countText(value, language);
  const share = (value: number | null | undefined) =>
    value === null || value === undefined ? '—' : shareText(value, language);
  return (
    <Panel title={t('monitor.ages')} flush>
      <div className={styles.scroll}>
        <table className={`${styles.table} ${styles.tight}`}>
          <thead>
            <tr>
              {(['group', 'decided', 'alerts', 'alertShare', 'falseAlarms', 'falseShare'] as const).map((name) => (
                <th key={name} scope="col">
                  {t(`age.${name}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {groups.map((one) => (
              <tr key={one.group}>
                <th scope="row">{t(`ageGroup.${one.group}`)}</th>
                <td>{count(one.decided)}</td>
                <td>{count(one.alerts)}</td>
                <td>{share(one.alert_ppm)}</td>
                <td>{count(one.false_alarms)}</td>
                <td>{typeof one.false_alarm_ppm === 'number' ? count(one.false_alarm_ppm) : '—'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={styles.definition}>{t('monitor.agesHint')}</p>
    </Panel>
  );
}

function FreshnessPanel({ types }: { types: Monitoring['freshness'] }) {
  const { t, i18n } = useTranslation('proof');
  const language = i18n.language as Language;
  const title = useTypeTitle();
  const silence = (hours: number | null | undefined) => {
    if (hours === null || hours === undefined) return '—';
    return hours === 0 ? t('monitor.fresh') : t('monitor.hours', { count: hours });
  };
  return (
    <Panel title={t('monitor.freshness')} flush>
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('monitor.type')}</th>
              <th scope="col">{t('monitor.came')}</th>
              <th scope="col">{t('monitor.silent')}</th>
            </tr>
          </thead>
          <tbody>
            {types.map((one) => (
              <tr key={one.event_type}>
                <th scope="row">{title(one.event_type)}</th>
                <td>{countText(one.count, language)}</td>
                <td>{silence(one.silent_hours)}</td>
              </tr>
            ))}
            {types.length === 0 ? (
              <tr>
                <td colSpan={3}>{t('monitor.noEvents')}</td>
              </tr>
            ) : null}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
