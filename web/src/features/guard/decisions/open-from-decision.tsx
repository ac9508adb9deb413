//! From a decision to its interception: the one there is, or a new one.

import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client.ts';
import { holds, useSession } from '../../../api/session.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { type Decision, decisionQuery } from './data.ts';

export function OpenFromDecision({ decision }: { decision: Decision }) {
  const { t } = useTranslation('guard');
  const navigate = useNavigate();
  const queries = useQueryClient();
  const session = useSession();
  const submission = useSubmit();
  const { id, interception, outcome } = decision;
  const canOpen = !interception && outcome !== undefined && holds(session, 'guard.interception.open');
  const open = () =>
    submission.run(async () => {
      const state = await ok(api.POST('/api/guard/decisions/{id}/open', { params: { path: { id } } }));
      void queries.invalidateQueries({ queryKey: decisionQuery(id).queryKey });
      await navigate({ to: '/interceptions/$interception/dialogue', params: { interception: state.id } });
    });
  useShortcuts(canOpen ? [{ keys: 'n', label: t('open.title'), group: 'page', run: () => void open() }] : []);
  if (interception) {
    return (
      <Link to="/interceptions/$interception" params={{ interception }}>
        {t('decision.interception')}
      </Link>
    );
  }
  return (
    <>
      {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
      {canOpen ? (
        <Button type="primary" loading={submission.busy} onClick={() => void open()}>
          {t('open.title')}
        </Button>
      ) : null}
    </>
  );
}
