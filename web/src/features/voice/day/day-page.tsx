//! My day: what is due with its clocks, what waits for my answer, what came back. The first page in the morning.

import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import type { Language } from '../../../lib/language.ts';
import { listen } from '../../../lib/live.ts';
import { useNow } from '../../../lib/now.ts';
import { longDayOf } from '../../../lib/time.ts';
import { Page } from '../../../ui/page.tsx';
import { LIVE_URL, VOICE } from '../data.ts';

import { ApprovalsPanel } from './approvals-panel.tsx';
import styles from './day-page.module.css';
import { DuePanel } from './due-panel.tsx';
import { NewPanel } from './new-panel.tsx';
import { OwnTasksPanel } from './own-tasks-panel.tsx';
import { UnhappyPanel } from './unhappy-panel.tsx';

export function DayPage() {
  const { t, i18n } = useTranslation('voice');
  const session = useSession();
  const now = useNow();
  useDayHints();
  const may = (permission: string) => holds(session, permission);
  return (
    <Page title={t('day.title')} note={longDayOf(new Date(now), i18n.language as Language)}>
      <div className={styles.columns}>
        <div className={styles.column}>
          <DuePanel />
        </div>
        <div className={styles.column}>
          {may('voice.order.extend.approve') ? <ApprovalsPanel /> : null}
          {may('voice.task.answer') ? <OwnTasksPanel /> : null}
          <UnhappyPanel />
          {may('voice.order.register') ? <NewPanel /> : null}
        </div>
      </div>
    </Page>
  );
}

/** Hints are gathered: a busy morning gives several a second, and one look tells all. */
const GATHER_MS = 2_000;

function useDayHints(): void {
  const queries = useQueryClient();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const renew = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({ queryKey: VOICE, predicate: ({ queryKey }) => queryKey[1] !== 'rows' });
      }, GATHER_MS);
    };
    const end = listen(LIVE_URL, { changed: renew, missed: renew });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [queries]);
}
