//! Who set a clock: the law with its article, the bank's own policy, or whoever passed the matter on; in full on request.

import { Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { lawText } from '../../lib/article.ts';
import { textOf } from '../../lib/text.ts';
import { MoodTag } from '../../ui/mood.tsx';
import styles from './clock-basis.module.css';
import type { Clock } from './data.ts';

export function ClockBasis({ clock }: { clock: Clock }) {
  const { t, i18n } = useTranslation('voice');
  const law = clock.law ? textOf(clock.law, i18n.language) : t('clock.policy');
  const words = lawText(law, clock.article, (number) => t('clock.article', { number }));
  return (
    <div className={styles.line}>
      {clock.explanation ? (
        <Tooltip title={textOf(clock.explanation, i18n.language)} trigger={['hover', 'focus', 'click']}>
          <button type="button" className={styles.basis}>
            {words}
          </button>
        </Tooltip>
      ) : (
        words
      )}
      {clock.law ? (
        <>
          {' '}
          <MoodTag mood={clock.is_verified ? 'met' : 'none'}>
            {clock.is_verified ? t('clock.verified') : t('clock.unverified')}
          </MoodTag>
        </>
      ) : null}
    </div>
  );
}
