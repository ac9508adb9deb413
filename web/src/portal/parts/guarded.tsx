//! A page that broke: the head, the number to call and what was written are still there.

import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { dropDraft } from '../filing/draft.ts';
import { Action } from './button.tsx';

interface GuardedProps {
  children: ReactNode;
}

/** React tells of a page that broke to a class alone. */
export class Guarded extends Component<GuardedProps, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    return this.state.isBroken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const { t } = useTranslation('portal');
  return (
    <>
      <h1>{t('name')}</h1>
      <div className="notice" role="alert">
        <p>{t('problem.broken')}</p>
        <div className="row">
          <Action kind="main" onClick={() => location.reload()}>
            {t('problem.retry')}
          </Action>
          <Action onClick={() => void dropDraft().then(() => location.reload())}>{t('problem.startOver')}</Action>
        </div>
      </div>
    </>
  );
}
