//! The re-examinations of an order: who asked and why, who examines, what was found.

import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { momentOf } from '../../../lib/time.ts';
import { ActorName, UnitName } from '../../../parts/names.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { Order } from '../data.ts';
import styles from './order-page.module.css';

export function ReviewsPanel({ order }: { order: Order }) {
  const { t } = useTranslation('voice');
  if (order.reviews.length === 0) return null;
  return (
    <Panel title={t('review.title')} flush>
      <ol className={styles.list}>
        {order.reviews.map((review) => (
          <li key={review.number}>
            <Review review={review} />
          </li>
        ))}
      </ol>
    </Panel>
  );
}

function Review({ review }: { review: Schemas['ReviewBody'] }) {
  const { t } = useTranslation('voice');
  const { outcome, facts, basis, examiner } = review;
  return (
    <>
      <div className={styles.line}>
        <span className={styles.grow}>
          <UnitName path={review.unit} />
          {review.is_last ? ` · ${t('review.last')}` : ''}
        </span>
        <MoodTag mood={outcome ? 'met' : 'soon'}>{outcome ? t(`reviewOutcome.${outcome}`) : t('review.open')}</MoodTag>
      </div>
      <p className={styles.text}>{review.why}</p>
      <Facts
        facts={[
          [t('review.asked'), momentOf(review.asked_at)],
          [t('review.examiner'), examiner ? <ActorName key="examiner" actor={examiner} /> : t('review.nobody')],
          ...(review.told_at ? [[t('review.told'), momentOf(review.told_at)] as [string, string]] : []),
        ]}
      />
      {facts ? (
        <>
          <h3 className={styles.label}>{t('decide.facts')}</h3>
          <p className={styles.text}>{facts}</p>
        </>
      ) : null}
      {basis ? (
        <>
          <h3 className={styles.label}>{t('decide.basis')}</h3>
          <p className={styles.text}>{basis}</p>
        </>
      ) : null}
    </>
  );
}
