//! The columns of the list of interceptions. In the compact density each row is one line.

import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../../../lib/now.ts';
import type { Density } from '../../../lib/preferences.ts';
import { momentOf, shortMomentOf } from '../../../lib/time.ts';
import { UnitName } from '../../../parts/names.tsx';
import type { Column } from '../../../ui/long-table.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import type { InterceptionRow } from '../data.ts';
import { EndingTag, OutcomeTag, StageTag, useScamTitle, useSum } from '../words.tsx';
import styles from './interceptions.module.css';

/** Only what waits for somebody is marked at the edge: a mark on every row is none. */
export function markOfRow(row: InterceptionRow): string | undefined {
  return row.stage === 'open' || row.is_visit_due ? 'var(--mood-soon)' : undefined;
}

export function useInterceptionColumns(density: Density): Column<InterceptionRow>[] {
  const { t } = useTranslation('guard');
  const sum = useSum();
  const isWide = density === 'comfortable';
  return useMemo<Column<InterceptionRow>[]>(
    () => [
      { key: 'stage', title: t('column.stage'), width: '92px', cell: (row) => <StageTag stage={row.stage} /> },
      {
        key: 'people',
        title: t('column.people'),
        width: 'minmax(170px, 2fr)',
        cell: (row) => <PeopleCell row={row} isWide={isWide} />,
      },
      {
        key: 'amount',
        title: t('column.amount'),
        width: '128px',
        align: 'end',
        cell: (row) => <span className="numbers">{sum(row.amount)}</span>,
      },
      {
        key: 'outcome',
        title: t('column.outcome'),
        width: '104px',
        cell: (row) => <OutcomeTag outcome={row.outcome} />,
      },
      {
        key: 'result',
        title: t('column.result'),
        width: 'minmax(150px, 1.4fr)',
        cell: (row) => <ResultCell row={row} isWide={isWide} />,
      },
      {
        key: 'unit',
        title: t('column.unit'),
        width: 'minmax(110px, 1fr)',
        cell: (row) => (
          <>
            <UnitName path={row.unit} />
            {isWide ? <span className={styles.under}>{t(`channel.${row.channel}`)}</span> : null}
          </>
        ),
      },
      { key: 'opened', title: t('column.opened'), width: '108px', cell: (row) => <Opened at={row.opened_at} /> },
    ],
    [t, sum, isWide],
  );
}

interface CellProps {
  row: InterceptionRow;
  isWide: boolean;
}

function PeopleCell({ row, isWide }: CellProps) {
  const { t } = useTranslation('guard');
  const payee = t('row.to', { payee: row.payee_masked || t('row.unknown') });
  return (
    <>
      <Link to="/interceptions/$interception" params={{ interception: row.id }} className={styles.title} tabIndex={-1}>
        {row.name_masked || t('row.unknown')}
        {isWide ? null : ` ${payee}`}
      </Link>
      {isWide ? <span className={`${styles.under} numbers`}>{payee}</span> : null}
    </>
  );
}

function ResultCell({ row, isWide }: CellProps) {
  const { t } = useTranslation('guard');
  const sum = useSum();
  const scam = useScamTitle();
  if (!row.ending) {
    return row.delay_until ? <span>{t('row.waits', { at: momentOf(row.delay_until) })}</span> : null;
  }
  return (
    <>
      <EndingTag ending={row.ending} /> {row.is_visit_due ? <MoodTag mood="soon">{t('row.visitDue')}</MoodTag> : null}
      {isWide ? (
        <span className={styles.under}>
          {[row.scam ? scam(row.scam) : '', row.saved > 0 ? t('row.saved', { sum: sum(row.saved) }) : '']
            .filter(Boolean)
            .join(' · ')}
        </span>
      ) : null}
    </>
  );
}

function Opened({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} title={momentOf(at)} className="numbers">
      {shortMomentOf(at, new Date(now))}
    </time>
  );
}
