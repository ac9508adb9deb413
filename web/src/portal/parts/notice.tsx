//! What went wrong, in words, with the number to tell on the telephone.

import { useTranslation } from 'react-i18next';
import type { Problem } from '../../lib/problem.ts';
import { Action } from './button.tsx';

interface NoticeProps {
  problem: Problem;
  onRetry?: () => void;
}

export function Notice({ problem, onRetry }: NoticeProps) {
  const { t } = useTranslation('portal');
  const sentence = problem.kind === 'offline' ? t('problem.offline') : problem.detail || t('problem.unreadable');
  return (
    <div className="notice" role="alert">
      <p>{sentence}</p>
      {problem.fields.length > 0 ? (
        <ul>
          {problem.fields.map((field) => (
            <li key={field.pointer + field.detail}>{field.detail}</li>
          ))}
        </ul>
      ) : null}
      {problem.requestId && problem.kind !== 'invalid' ? (
        <p className="hint">{t('problem.request', { id: problem.requestId })}</p>
      ) : null}
      {onRetry ? <Action onClick={onRetry}>{t('problem.retry')}</Action> : null}
    </div>
  );
}
