//! The receipt: the number to keep, until when the bank answers, and what to do next. Printable.

import { useTranslation } from 'react-i18next';
import { momentOf } from '../../lib/time.ts';
import { useAbout } from '../fetched.ts';
import { Action, Way } from '../parts/button.tsx';
import { Screen } from '../parts/screen.tsx';
import type { Filed } from './send.ts';

export function Receipt({ filed }: { filed: Filed }) {
  const { t } = useTranslation('portal');
  const { about } = useAbout();
  return (
    <Screen title={t('receipt.title')}>
      <div className="receipt">
        <p>{about?.bank}</p>
        <p>{t('receipt.number')}</p>
        <p className="number">{filed.receipt}</p>
        <dl className="check">
          <div>
            <dt>{t('file.short.matter')}</dt>
            <dd>{t(`matter.${filed.matter}`)}</dd>
          </div>
          <div>
            <dt>{t('file.short.title')}</dt>
            <dd>{filed.title}</dd>
          </div>
          <div>
            <dt>{t('receipt.at')}</dt>
            <dd>{momentOf(filed.at)}</dd>
          </div>
          {filed.due ? (
            <div>
              <dt>{t('receipt.next')}</dt>
              <dd>{t('receipt.nextWords', { at: momentOf(filed.due) })}</dd>
            </div>
          ) : null}
        </dl>
      </div>
      {filed.lost.length > 0 ? (
        <div className="notice" role="alert">
          <p>{t('receipt.lost')}</p>
          <ul>
            {filed.lost.map(({ name, problem }, at) => (
              // Telephones give every photo the same name.
              // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no other name and are never moved
              <li key={at}>{`${name}：${problem.detail || t('problem.unreadable')}`}</li>
            ))}
          </ul>
        </div>
      ) : null}
      <p>{t('receipt.keep')}</p>
      <div className="row">
        <Action kind="main" onClick={() => print()}>
          {t('receipt.print')}
        </Action>
        <Way to="/progress" className="action plain">
          {t('home.progress')}
        </Way>
        <Way to="/" className="action plain">
          {t('home.back')}
        </Way>
      </div>
    </Screen>
  );
}
