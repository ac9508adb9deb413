//! The columns of lists of decisions on which a candidate and the live versions differ.

import { Link } from '@tanstack/react-router';
import type { TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { momentOf } from '../../../lib/time.ts';
import { MoodTag } from '../../../ui/mood.tsx';
import { OutcomeTag } from '../words.tsx';
import type { Difference } from './data.ts';

export function useDifferenceColumns(): TableProps<Difference>['columns'] {
  const { t } = useTranslation('proof');
  return [
    {
      key: 'at',
      title: t('differences.at'),
      render: (_, row) => (
        <Link to="/decisions/$decision" params={{ decision: row.decision }}>
          <span className="numbers">{momentOf(row.at)}</span>
        </Link>
      ),
    },
    { key: 'live', title: t('side.live'), render: (_, row) => <OutcomeTag outcome={row.live} /> },
    { key: 'candidate', title: t('side.candidate'), render: (_, row) => <OutcomeTag outcome={row.candidate} /> },
    {
      key: 'scores',
      title: t('differences.scores'),
      align: 'right',
      render: (_, row) => <span className="numbers">{`${row.live_score} → ${row.candidate_score}`}</span>,
    },
    {
      key: 'known',
      title: t('differences.known'),
      render: (_, row) =>
        row.known ? (
          <MoodTag mood={row.known === 'fraud' ? 'overdue' : 'none'}>{t(`known.${row.known}`)}</MoodTag>
        ) : (
          '—'
        ),
    },
  ];
}
