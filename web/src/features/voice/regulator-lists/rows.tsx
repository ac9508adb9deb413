//! What became, or would become, of the rows of a list that was passed on.

import { Link } from '@tanstack/react-router';
import type { TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { capital, textOf } from '../../../lib/text.ts';
import { type Mood, MoodTag } from '../../../ui/mood.tsx';
import type { ListRow, Outcome } from './data.ts';
import styles from './regulator-lists.module.css';

const MOODS: Record<Outcome, Mood> = {
  new: 'met',
  corrected: 'calm',
  same: 'none',
  duplicate: 'none',
  conflicting: 'overdue',
  refused: 'overdue',
};

export function useRowColumns(): NonNullable<TableProps<ListRow>['columns']> {
  const { t, i18n } = useTranslation('lists');
  const { t: say } = useTranslation('people');
  return [
    { key: 'line', title: say('imports.line'), dataIndex: 'line', align: 'right', width: 70 },
    {
      key: 'number',
      title: t('passed.number'),
      render: (_, row) =>
        row.order ? (
          <Link to="/orders/$order" params={{ order: row.order }}>
            {row.number ?? row.order}
          </Link>
        ) : (
          (row.number ?? '—')
        ),
    },
    {
      key: 'outcome',
      title: t('passed.outcome'),
      render: (_, row) => <MoodTag mood={MOODS[row.outcome]}>{capital(t(`passed.outcomes.${row.outcome}`))}</MoodTag>,
    },
    {
      key: 'notes',
      title: t('passed.notes'),
      render: (_, row) => (
        <ul className={styles.notes}>
          {row.notes.map((note) => (
            <li key={`${note.column}-${note.text.en}`}>
              {note.column ? <b>{note.column} </b> : null}
              {textOf(note.text, i18n.language)}
            </li>
          ))}
        </ul>
      ),
    },
  ];
}
