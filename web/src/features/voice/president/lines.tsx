//! One matter of the president's page in a line: what it is, since when, and how late.

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { useNow } from '../../../lib/now.ts';
import { dateOf, momentOf } from '../../../lib/time.ts';
import { ActorName, UnitName } from '../../../parts/names.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { useSpanText } from '../words.ts';
import styles from './president.module.css';

type Open = (order: string) => void;

export function LeadLine({ row, onOpen }: { row: Schemas['LeadRowBody']; onOpen: Open }) {
  const { t } = useTranslation('oversee');
  return (
    <Line row={row} due={row.next_due} onOpen={onOpen}>
      <span>{row.grounds.map((ground) => t(`ground.${ground}`)).join(' · ')}</span>
      <span>{t('president.proposedOn', { day: dateOf(row.proposed_at) })}</span>
      {row.president ? <ActorName actor={row.president} /> : null}
    </Line>
  );
}

export function WaitLine({ row, onOpen }: { row: Schemas['WaitBody']; onOpen: Open }) {
  const { t } = useTranslation('oversee');
  return (
    <Line row={row} due={row.due} onOpen={onOpen}>
      {row.number > 0 ? <span>{t('president.number', { number: row.number })}</span> : null}
      <UnitName path={row.unit} />
      <span>{t('president.since', { day: dateOf(row.since) })}</span>
    </Line>
  );
}

interface LineProps {
  row: { order: string; title: string; receipt: string };
  due: string | null | undefined;
  onOpen: Open;
  children: ReactNode;
}

/** What every line has: the matter, its number, something between, and its deadline. */
function Line({ row, due, onOpen, children }: LineProps) {
  return (
    <li className={styles.line}>
      <button type="button" className={styles.open} onClick={() => onOpen(row.order)} title={row.title}>
        {row.title}
      </button>
      <div className={styles.under}>
        <span className="numbers">{row.receipt}</span>
        {children}
        <Due due={due} />
      </div>
    </li>
  );
}

/** How long a deadline still is away, or by how much it has passed. */
function Due({ due }: { due: string | null | undefined }) {
  const { t } = useTranslation(['oversee', 'voice']);
  const span = useSpanText();
  const now = useNow();
  if (!due) return null;
  const at = Date.parse(due);
  const isOver = at < now;
  return (
    <MoodTag mood={isOver ? 'overdue' : 'none'} title={momentOf(due)}>
      {t(isOver ? 'voice:clock.over' : 'voice:clock.left', { span: span(now, at) })}
    </MoodTag>
  );
}
