//! The keys of a list: the next and the previous row, opening one, loading anew.

import { type Dispatch, type SetStateAction, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '../lib/shortcuts.ts';

interface RowKeys<T extends { id: string }> {
  rows: T[];
  active: string | undefined;
  setActive: Dispatch<SetStateAction<string | undefined>>;
  open: (row: T) => void;
  reload: () => void;
}

export function useRowShortcuts<T extends { id: string }>({ rows, active, setActive, open, reload }: RowKeys<T>): void {
  const { t } = useTranslation();
  const at = useMemo(() => rows.findIndex((row) => row.id === active), [rows, active]);
  // From the row that is meant now, not from the one that was shown last: two quick presses are two rows.
  const step = (by: number) =>
    setActive((now) => {
      const from = rows.findIndex((row) => row.id === now);
      return rows[Math.min(rows.length - 1, Math.max(0, from + by))]?.id ?? now;
    });
  useShortcuts([
    { keys: 'j', label: t('list.next'), group: 'page', run: () => step(1) },
    { keys: 'k', label: t('list.previous'), group: 'page', run: () => step(-1) },
    {
      keys: 'o',
      label: t('list.open'),
      group: 'page',
      run: () => {
        const row = rows[at];
        if (row) open(row);
      },
    },
    { keys: 'r', label: t('list.reload'), group: 'page', run: reload },
  ]);
}
