//! What the matter is about, in the complainant's words without names and numbers.

import { useTranslation } from 'react-i18next';
import type { Language } from '../../../lib/language.ts';
import { amountText } from '../../../lib/money.ts';
import { momentOf } from '../../../lib/time.ts';
import { ActorName } from '../../../parts/names.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { Order } from '../data.ts';
import { useClassTitle } from '../words.ts';
import styles from './order-page.module.css';

export function MatterPanel({ order }: { order: Order }) {
  const { t, i18n } = useTranslation('voice');
  const title = useClassTitle();
  const classes = order.classes;
  return (
    <Panel title={t('matterPanel.title')}>
      <p className={styles.text}>{order.is_erased ? t('order.erased') : order.narrative}</p>
      {order.request ? (
        <>
          <h3 className={styles.label}>{t('matterPanel.request')}</h3>
          <p className={styles.text}>{order.request}</p>
        </>
      ) : null}
      <h3 className={styles.label}>{t('matterPanel.facts')}</h3>
      <Facts
        facts={[
          ...(order.amount
            ? [[t('matterPanel.amount'), amountText(order.amount, i18n.language as Language)] as [string, string]]
            : []),
          [
            t('matterPanel.classes'),
            classes
              ? [
                  title('channel', classes.channel),
                  title('business', classes.business),
                  title('reason', classes.reason),
                ].join(' · ')
              : t('matterPanel.unclassified'),
          ],
          [t('column.received'), momentOf(order.received_at)],
          [
            t('matterPanel.filed'),
            <>
              {momentOf(order.filed_at)} · <ActorName actor={order.filed_by} withUnit />
            </>,
          ],
        ]}
      />
    </Panel>
  );
}
