//! The portal: a head with the bank's name and the editions, one page, and below it always a person to call.

import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { portalWords } from '../i18n/portal.ts';
import { changeLanguage } from '../i18n/start.ts';
import { rememberLanguage } from '../lib/language.ts';
import { AboutPage } from './about-page.tsx';
import { useHere } from './address.ts';
import { AskPage } from './ask/ask-page.tsx';
import { choose, SIZE_MAX, SIZE_MIN, SIZE_STEP, useLook } from './edition.ts';
import { useAbout, useContact } from './fetched.ts';
import { FilePage } from './filing/file-page.tsx';
import { HomePage } from './home-page.tsx';
import { InvitationPage } from './invitation-page.tsx';
import { Aloud } from './parts/aloud.tsx';
import { Action, Way } from './parts/button.tsx';
import { Guarded } from './parts/guarded.tsx';
import { ProgressPage } from './progress/progress-page.tsx';

export function App() {
  const { t } = useTranslation('portal');
  return (
    <>
      <a className="skip" href="#main">
        {t('skip')}
      </a>
      <Head />
      <main id="main">
        <Guarded key={useHere()}>
          <Pages />
        </Guarded>
      </main>
      <Foot />
    </>
  );
}

function Pages() {
  const path = useHere();
  switch (path) {
    case '/ask':
      return <AskPage />;
    case '/file':
      return <FilePage />;
    case '/progress':
      return <ProgressPage />;
    case '/visit':
      return <InvitationPage />;
    case '/about':
      return <AboutPage />;
    default:
      return <HomePage />;
  }
}

function Head() {
  const { t, i18n } = useTranslation('portal');
  const { about } = useAbout();
  const { edition, size } = useLook();
  const isElder = edition === 'elder';
  const other = i18n.language === 'en' ? 'zh' : 'en';
  useEffect(() => {
    const description = document.querySelector('meta[name=description]');
    description?.setAttribute('content', t('name'));
  }, [t]);
  const speak = () => {
    rememberLanguage(other);
    void changeLanguage(other, portalWords);
  };
  return (
    <header className="head">
      <Way to="/" className="bank">
        <img src="/icon.svg" alt="" width={32} height={32} />
        <span>
          <strong>{about?.bank ?? ''}</strong>
          <span>{t('name')}</span>
        </span>
      </Way>
      <div className="tools">
        <Action kind={isElder ? 'plain' : 'main'} onClick={() => choose({ edition: isElder ? 'standard' : 'elder' })}>
          {isElder ? t('edition.standard') : t('edition.elder')}
        </Action>
        {isElder ? (
          <>
            <Action disabled={size <= SIZE_MIN} onClick={() => choose({ size: size - SIZE_STEP })}>
              {t('edition.smaller')}
            </Action>
            <Action disabled={size >= SIZE_MAX} onClick={() => choose({ size: size + SIZE_STEP })}>
              {t('edition.larger')}
            </Action>
          </>
        ) : null}
        <Aloud />
        <Action lang={other === 'en' ? 'en' : 'zh-CN'} onClick={speak}>
          {t(`language.${other}`)}
        </Action>
      </div>
    </header>
  );
}

function Foot() {
  const { t } = useTranslation('portal');
  const { contact, isKnown } = useContact();
  const hotline = contact?.hotline;
  return (
    <footer className="foot">
      {hotline ? (
        <a className="action main call" href={`tel:${hotline.replaceAll(/[^0-9+]/g, '')}`}>
          {t('call', { number: hotline })}
        </a>
      ) : isKnown ? (
        <p className="call">{t('callNone')}</p>
      ) : null}
      {contact?.hours ? <p className="hint">{t('hours', { hours: contact.hours })}</p> : null}
    </footer>
  );
}
