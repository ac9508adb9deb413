//! The president's page: one glance at what waits for a word, what is in hand, what is late, and what it is about.

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../../../lib/now.ts';
import { usePreferences } from '../../../lib/preferences.ts';
import { countText } from '../../../lib/quantity.ts';
import { dateOf } from '../../../lib/time.ts';
import { Loaded, Nothing } from '../../../parts/loaded.tsx';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { useClassTitle } from '../words.ts';
import { type Glance, type GlanceFilters, glanceQuery } from './data.ts';
import { LeadDrawer } from './lead-drawer.tsx';
import { LeadLine, WaitLine } from './lines.tsx';
import styles from './president.module.css';

const route = getRouteApi('/president');

export function PresidentRoute() {
  const navigate = useNavigate();
  return (
    <PresidentPage
      filters={route.useSearch()}
      onChange={(search) => void navigate({ to: '/president', search, replace: true })}
    />
  );
}

interface PresidentPageProps {
  filters: GlanceFilters;
  onChange: (next: GlanceFilters) => void;
}

/** Years back that can be chosen; earlier ones stand in the yearly disclosure. */
const YEARS = 5;

export function PresidentPage({ filters, onChange }: PresidentPageProps) {
  const { t } = useTranslation('oversee');
  const query = useQuery(glanceQuery(filters));
  const [opened, setOpened] = useState<string>();
  const thisYear = Number(dateOf(new Date(useNow())).slice(0, 4));
  return (
    <Page
      title={t('president.title')}
      note={t('president.note')}
      actions={
        <>
          <UnitPicker
            aria-label={t('word.unit')}
            placeholder={t('figures.allUnits')}
            value={filters.unit}
            onChange={(unit) =>
              onChange({ ...(filters.year ? { year: filters.year } : {}), ...(unit ? { unit } : {}) })
            }
            style={{ width: 220 }}
          />
          <Select
            aria-label={t('president.year')}
            value={filters.year ?? thisYear}
            onChange={(year) => onChange({ ...filters, year })}
            options={Array.from({ length: YEARS }, (_, back) => ({
              value: thisYear - back,
              label: t('president.ofYear', { year: thisYear - back }),
            }))}
          />
        </>
      }
    >
      <Loaded query={query} rows={10}>
        {(glance) => <Shown glance={glance} onOpen={setOpened} />}
      </Loaded>
      <LeadDrawer order={opened} onClose={() => setOpened(undefined)} />
    </Page>
  );
}

interface ShownProps {
  glance: Glance;
  onOpen: (order: string) => void;
}

const COUNTS = ['proposed', 'taken', 'closed', 'declined'] as const;

function Shown({ glance, onOpen }: ShownProps) {
  const { t } = useTranslation('oversee');
  const { language } = usePreferences();
  return (
    <>
      <dl className={styles.counts}>
        {COUNTS.map((state) => (
          <div key={state}>
            <dt>{t(`president.count.${state}`, { year: glance.year })}</dt>
            <dd>{countText(glance[`${state}_count`], language)}</dd>
          </div>
        ))}
      </dl>
      <div className={styles.grid}>
        <Panel title={t('president.proposed')} flush extra={<Count of={glance.proposed} />}>
          <Lines empty={t('president.noProposed')}>
            {glance.proposed.map((row) => (
              <LeadLine key={row.order} row={row} onOpen={onOpen} />
            ))}
          </Lines>
        </Panel>
        <Panel title={t('president.taken')} flush extra={<Count of={glance.taken} />}>
          <Lines empty={t('president.noTaken')}>
            {glance.taken.map((row) => (
              <LeadLine key={row.order} row={row} onOpen={onOpen} />
            ))}
          </Lines>
        </Panel>
        <Panel title={t('president.reports')} flush extra={<Count of={glance.reports} />}>
          <Lines empty={t('president.noReports')}>
            {glance.reports.map((row) => (
              <WaitLine key={`${row.order} ${row.number}`} row={row} onOpen={onOpen} />
            ))}
          </Lines>
        </Panel>
        <Panel title={t('president.instructions')} flush extra={<Count of={glance.instructions} />}>
          <Lines empty={t('president.noInstructions')}>
            {glance.instructions.map((row) => (
              <WaitLine key={`${row.order} ${row.number}`} row={row} onOpen={onOpen} />
            ))}
          </Lines>
        </Panel>
        <Subjects glance={glance} />
        <Grounds glance={glance} />
      </div>
    </>
  );
}

/** As many as the page shows of each kind; the server holds the rest back. */
const SHOWN_MAX = 10;

function Count({ of }: { of: unknown[] }) {
  const { t } = useTranslation('oversee');
  if (of.length === 0) return null;
  return <>{of.length >= SHOWN_MAX ? t('president.longest', { count: of.length }) : of.length}</>;
}

interface LinesProps {
  empty: string;
  children: React.ReactNode[];
}

function Lines({ empty, children }: LinesProps) {
  return children.length === 0 ? <Nothing>{empty}</Nothing> : <ul className={styles.lines}>{children}</ul>;
}

function Subjects({ glance }: { glance: Glance }) {
  const { t } = useTranslation('oversee');
  const title = useClassTitle();
  const rows = glance.by_subject.map((one) => ({
    key: `${one.business} ${one.reason}`,
    title: [title('business', one.business), title('reason', one.reason)].filter(Boolean).join(' · '),
    count: one.count,
  }));
  return (
    <Panel title={t('president.bySubject', { year: glance.year })} flush>
      <Bars rows={rows} label={t('president.bySubject', { year: glance.year })} />
    </Panel>
  );
}

function Grounds({ glance }: { glance: Glance }) {
  const { t } = useTranslation('oversee');
  const rows = glance.by_ground.map(({ ground, count }) => ({ key: ground, title: t(`ground.${ground}`), count }));
  return (
    <Panel title={t('president.byGround', { year: glance.year })} flush>
      <Bars rows={rows} label={t('president.byGround', { year: glance.year })} />
    </Panel>
  );
}

interface BarsProps {
  label: string;
  rows: { key: string; title: string; count: number }[];
}

/** Counts with a bar behind each, the largest as long as the line. */
function Bars({ rows, label }: BarsProps) {
  const { t } = useTranslation('oversee');
  const most = Math.max(1, ...rows.map(({ count }) => count));
  if (rows.length === 0) return <Nothing>{t('president.noneCounted')}</Nothing>;
  return (
    <ul className={styles.bars} aria-label={label}>
      {rows.map((row) => (
        <li key={row.key}>
          <span className={styles.barTitle} title={row.title}>
            {row.title}
          </span>
          <span className={styles.barTrack} aria-hidden="true">
            <span className={styles.bar} style={{ width: `${(row.count * 100) / most}%` }} />
          </span>
          <span className="numbers">{row.count}</span>
        </li>
      ))}
    </ul>
  );
}
