//! What the law asks a bank to publish: how to complain, what happens then, and how long it may take.

import { useTranslation } from 'react-i18next';
import { lawText } from '../lib/article.ts';
import { textOf } from '../lib/text.ts';
import { type About, useAbout } from './fetched.ts';
import { Way } from './parts/button.tsx';
import { Notice } from './parts/notice.tsx';
import { Screen } from './parts/screen.tsx';

const STEPS = ['file', 'accept', 'look', 'decide', 'tell', 'visit'] as const;

export function AboutPage() {
  const { t } = useTranslation('portal');
  const { about, problem, retry } = useAbout();
  return (
    <Screen title={t('about.title')}>
      <h2>{t('about.channels')}</h2>
      {problem ? <Notice problem={problem} onRetry={retry} /> : null}
      {about ? <Channels about={about} /> : null}
      <h2>{t('about.procedure')}</h2>
      <ol className="steps">
        {STEPS.map((step) => (
          <li key={step}>{t(`about.step.${step}`)}</li>
        ))}
      </ol>
      <h2>{t('about.limits')}</h2>
      {about ? <Limits about={about} /> : null}
      <h2>{t('about.remedies')}</h2>
      {about ? <Remedies about={about} /> : null}
    </Screen>
  );
}

function Channels({ about }: { about: About }) {
  const { t } = useTranslation('portal');
  const { hotline, address, hours } = about.contact;
  return (
    <ul>
      <li>
        <Way to="/file">{t('about.online')}</Way>
      </li>
      {hotline ? <li>{t('about.hotline', { number: hotline })}</li> : null}
      {hours ? <li>{t('hours', { hours })}</li> : null}
      <li>{t('about.outlet')}</li>
      {address ? <li>{t('about.letter', { address })}</li> : null}
    </ul>
  );
}

function Limits({ about }: { about: About }) {
  const { t, i18n } = useTranslation('portal');
  return (
    <dl className="limits">
      {about.limits.map((limit) => (
        <div key={`${limit.matter} ${limit.title.en}`}>
          <dt>{`${t(`matter.${limit.matter}`)} · ${textOf(limit.title, i18n.language)}`}</dt>
          <dd>
            <strong>{textOf(limit.period, i18n.language)}</strong>
            {limit.longer.map((step) => (
              <span key={step.title.en}>{textOf(step.title, i18n.language)}</span>
            ))}
            <span className="hint">
              {lawText(textOf(limit.law, i18n.language), limit.article, (number) => t('about.article', { number }))}
              {limit.is_verified ? '' : t('about.unverified')}
            </span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Remedies({ about }: { about: About }) {
  const { i18n } = useTranslation('portal');
  return (
    <ul>
      {about.remedies.map((remedy) => (
        <li key={remedy.en}>{textOf(remedy, i18n.language)}</li>
      ))}
    </ul>
  );
}
