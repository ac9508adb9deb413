//! Shows a problem with what to do about it and the number to tell the administrator.

import { Alert, Button, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { asProblem, type Problem } from '../lib/problem.ts';

interface ProblemNoticeProps {
  error: unknown;
  /** Offered where trying again can help. */
  onRetry?: () => void;
  /** Fields are shown beside their inputs already. */
  hideFields?: boolean;
}

/** The sentence for a problem; those only the browser knows have ours. */
export function useProblemSentence(): (problem: Problem) => string {
  const { t } = useTranslation();
  return (problem) => {
    if (problem.kind === 'offline') return t('problem.offline');
    return problem.detail || t('problem.unreadable');
  };
}

export function ProblemNotice({ error, onRetry, hideFields = false }: ProblemNoticeProps) {
  const { t } = useTranslation();
  const sentence = useProblemSentence();
  const problem = asProblem(error);
  return (
    <Alert
      type={problem.isPassing ? 'warning' : 'error'}
      showIcon
      role="alert"
      title={sentence(problem)}
      description={
        <>
          {hideFields || problem.fields.length === 0 ? null : (
            <ul style={{ margin: '4px 0', paddingInlineStart: 18 }}>
              {problem.fields.map((field) => (
                <li key={field.pointer + field.detail}>{field.detail}</li>
              ))}
            </ul>
          )}
          {problem.requestId ? (
            <Typography.Text type="secondary" copyable={{ text: problem.requestId }} style={{ fontSize: 12 }}>
              {t('problem.request', { id: problem.requestId })}
            </Typography.Text>
          ) : null}
        </>
      }
      action={
        onRetry ? (
          <Button size="small" onClick={onRetry}>
            {t('action.retry')}
          </Button>
        ) : undefined
      }
    />
  );
}
