//! The columns of the queue. In the compact density each row is one line, else what explains it stands below.

import { Link } from '@tanstack/react-router';
import { Checkbox } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { useNow } from '../../../lib/now.ts';
import type { Density } from '../../../lib/preferences.ts';
import { momentOf, shortMomentOf } from '../../../lib/time.ts';
import { useIsNarrow } from '../../../lib/width.ts';
import { ActorName } from '../../../parts/names.tsx';
import { ClockBar } from '../../../ui/clock-bar.tsx';
import type { Column } from '../../../ui/long-table.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import type { OrderRow } from '../data.ts';
import { StageTag } from '../stage-tag.tsx';
import { moodOfRow, useClassTitle, useSpanText } from '../words.ts';
import type { Selection } from './bulk/selection.ts';
import styles from './queue-page.module.css';

/** Only what is late is marked at the edge: a mark on every row is none. */
export function markOfRow(row: OrderRow): string | undefined {
  return row.is_overdue ? 'var(--mood-overdue)' : undefined;
}

/** The columns; with boxes to pick orders where something can be done to several. */
export function useOrderColumns(density: Density, selection?: Selection): Column<OrderRow>[] {
  const { t } = useTranslation('voice');
  const columns = usePlainColumns(density);
  if (!selection) return columns;
  const box: Column<OrderRow> = {
    key: 'pick',
    title: <span className="sr-only">{t('bulk.column')}</span>,
    width: '16px',
    cell: (row) => (
      <Checkbox
        tabIndex={-1}
        aria-label={t('bulk.pick', { receipt: row.receipt })}
        checked={selection.isAll || selection.orders.has(row.id)}
        onChange={() => selection.toggle(row.id)}
      />
    ),
  };
  return [box, ...columns];
}

/** Windows up to this width are a tablet's. */
const TABLET_PX_MAX = 960;

function usePlainColumns(density: Density): Column<OrderRow>[] {
  const { t } = useTranslation('voice');
  const isTablet = useIsNarrow(TABLET_PX_MAX);
  const isWide = density === 'comfortable';
  return useMemo<Column<OrderRow>[]>(
    () => [
      { key: 'stage', title: t('column.stage'), width: '84px', cell: (row) => <StageTag stage={row.stage} /> },
      {
        key: 'title',
        title: t('column.title'),
        width: isTablet ? 'minmax(170px, 3fr)' : 'minmax(220px, 3fr)',
        cell: (row) => <TitleCell row={row} isWide={isWide} />,
      },
      {
        key: 'customer',
        title: t('column.customer'),
        width: '112px',
        cell: (row) => (
          <>
            {row.name_masked}
            {isWide ? <span className={`${styles.under} numbers`}>{row.phone_masked}</span> : null}
          </>
        ),
      },
      {
        key: 'unit',
        title: t('column.unit'),
        width: 'minmax(120px, 1fr)',
        cell: (row) => (
          <>
            <span title={row.unit_name ?? row.unit}>{row.unit_name ?? row.unit}</span>
            {isWide ? (
              <span className={styles.under}>
                {row.handler ? <ActorName actor={row.handler} /> : t('queue.nobody')}
              </span>
            ) : null}
          </>
        ),
      },
      // How long is left matters more than since when, where there is not room for both.
      ...(isTablet
        ? []
        : [
            {
              key: 'received',
              title: t('column.received'),
              width: '104px',
              cell: (row: OrderRow) => <Received at={row.received_at} />,
            },
          ]),
      { key: 'left', title: t('column.left'), width: '132px', cell: (row) => <Left row={row} isWide={isWide} /> },
    ],
    [t, isWide, isTablet],
  );
}

interface TitleCellProps {
  row: OrderRow;
  isWide: boolean;
}

function TitleCell({ row, isWide }: TitleCellProps) {
  const { t } = useTranslation('voice');
  const title = useClassTitle();
  const classes = [title('business', row.business), title('reason', row.reason)].filter(Boolean).join(' · ');
  const under = [t(`matter.${row.matter}`), row.source === 'direct' ? '' : t(`source.${row.source}`), classes];
  return (
    <>
      <Link to="/orders/$order" params={{ order: row.id }} className={styles.title} tabIndex={-1} title={row.title}>
        {isWide ? null : <Flags row={row} />}
        {row.title_pieces?.length ? <Pieces pieces={row.title_pieces} /> : row.title}
      </Link>
      {isWide ? (
        <span className={styles.under}>
          <Flags row={row} />
          {row.snippets?.[0] ? (
            <>
              {`${t(`section.${row.snippets[0].section}`)}：`}
              <Pieces pieces={row.snippets[0].pieces} />
            </>
          ) : (
            under.filter(Boolean).join(' · ')
          )}
        </span>
      ) : null}
    </>
  );
}

interface PiecesProps {
  pieces: Schemas['PieceBody'][];
}

/** A text with what was looked for marked in it. */
function Pieces({ pieces }: PiecesProps) {
  let from = 0;
  return pieces.map((piece) => {
    const key = from;
    from += piece.text.length + 1;
    return piece.is_hit ? (
      <mark key={key} className={styles.hit}>
        {piece.text}
      </mark>
    ) : (
      <span key={key}>{piece.text}</span>
    );
  });
}

/** From this mark down a return visit was not satisfied. */
const DISSATISFIED_MAX = 2;

function Flags({ row }: { row: OrderRow }) {
  const { t } = useTranslation('voice');
  return (
    <>
      {row.round > 1 ? (
        <>
          <MoodTag mood="soon">{t('flag.reopened')}</MoodTag>{' '}
        </>
      ) : null}
      {row.satisfaction && row.satisfaction <= DISSATISFIED_MAX ? (
        <>
          <MoodTag mood="overdue">{t('flag.dissatisfied')}</MoodTag>{' '}
        </>
      ) : null}
    </>
  );
}

function Received({ at }: { at: string }) {
  const now = useNow();
  return (
    <time dateTime={at} className={styles.mono} title={momentOf(at)}>
      {shortMomentOf(at, new Date(now))}
    </time>
  );
}

interface LeftProps {
  row: OrderRow;
  isWide: boolean;
}

/** How long the next deadline still is away, with its bar. */
function Left({ row, isWide }: LeftProps) {
  const { t } = useTranslation('voice');
  const span = useSpanText();
  const now = useNow();
  if (!row.next_due) return <span className={styles.under}>{row.ended_at ? t('clock.ended') : t('clock.none')}</span>;
  const mood = moodOfRow(row, now);
  const due = Date.parse(row.next_due);
  const words = t(due < now ? 'clock.over' : 'clock.left', { span: span(now, due) });
  return (
    <span
      className={styles.left}
      title={`${t('clock.due', { at: momentOf(row.next_due) })}${row.is_provisional ? `（${t('clock.provisional')}）` : ''}`}
    >
      <span style={{ color: `var(--mood-${mood})` }}>
        {words}
        {row.is_provisional ? ' ?' : ''}
      </span>
      {isWide ? <ClockBar start={Date.parse(row.received_at)} due={due} at={now} mood={mood} label={words} /> : null}
    </span>
  );
}
