//! The first page: the four things that a customer comes for, and the way back to what was begun.

import { useTranslation } from 'react-i18next';
import { go } from './address.ts';
import { choose, useLook } from './edition.ts';
import { dropDraft, useHasDraft } from './filing/draft.ts';
import { Action, Way } from './parts/button.tsx';
import { Screen } from './parts/screen.tsx';

export function HomePage() {
  const { t } = useTranslation('portal');
  const { edition } = useLook();
  const hasDraft = useHasDraft();
  return (
    <Screen title={t('home.title')}>
      {edition === 'standard' ? (
        <button type="button" className="elder-offer" onClick={() => choose({ edition: 'elder' })}>
          <strong>{t('edition.elder')}</strong>
          <span>{t('edition.why')}</span>
        </button>
      ) : null}
      {hasDraft ? (
        <div className="aside">
          <p>{t('home.draft')}</p>
          <div className="row">
            <Action kind="main" onClick={() => go('/file')}>
              {t('home.goOn')}
            </Action>
            <Action onClick={() => void dropDraft()}>{t('home.drop')}</Action>
          </div>
        </div>
      ) : null}
      <nav className="ways" aria-label={t('home.ways')}>
        {(['ask', 'file', 'progress', 'about'] as const).map((way) => (
          <Way key={way} to={`/${way}`} className="way">
            <strong>{t(`home.${way}`)}</strong>
            <span>{t(`home.${way}Note`)}</span>
          </Way>
        ))}
      </nav>
    </Screen>
  );
}
