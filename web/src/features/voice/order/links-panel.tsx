//! Orders that this one is linked with.

import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import { keepDraft } from '../../../lib/drafts.ts';
import { Nothing } from '../../../parts/loaded.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { type Order, orderMatchesQuery } from '../data.ts';
import { Matches } from '../matches.tsx';
import { OrderName } from '../order-name.tsx';
import { stateOf } from './acts.ts';
import styles from './order-page.module.css';
import type { VerbName } from './verbs.ts';

interface LinksPanelProps {
  order: Order;
  onAct: (verb: VerbName) => void;
}

export function LinksPanel({ order, onAct }: LinksPanelProps) {
  const { t } = useTranslation('voice');
  const { allowed, reason } = stateOf(order, 'link');
  return (
    <Panel
      title={t('link.title')}
      flush
      extra={
        <Button size="small" disabled={!allowed} title={allowed ? undefined : reason} onClick={() => onAct('link')}>
          {t('verb.link')}
        </Button>
      }
    >
      {order.links.length === 0 ? <Nothing>{t('link.none')}</Nothing> : null}
      <ul className={styles.list}>
        {order.links.map((link) => (
          <li key={`${link.other}${link.is_incoming}`}>
            <div className={styles.quiet}>
              {link.is_incoming ? t(`incoming.${link.relation}`) : t(`relation.${link.relation}`)}
            </div>
            <OrderName id={link.other} />
          </li>
        ))}
      </ul>
      <LikelySame order={order} onAct={onAct} />
    </Panel>
  );
}

/** Orders that look like this one and are not linked with it yet; for who may look for them where they file. */
function LikelySame({ order, onAct }: LinksPanelProps) {
  const { t } = useTranslation('voice');
  const session = useSession();
  const isWanted = holds(session, 'voice.order.file') && !order.is_erased;
  const { data } = useQuery({ ...orderMatchesQuery(order), enabled: isWanted });
  const linked = new Set(order.links.map((link) => link.other));
  const others = data?.filter((match) => !linked.has(match.id)) ?? [];
  if (others.length === 0) return null;
  const link = (other: string) => {
    keepDraft(`${order.id} link`, { other, relation: 'duplicate_of' });
    onAct('link');
  };
  return (
    <div className={styles.likely}>
      <h3 className={styles.label}>{t('match.title')}</h3>
      <Matches matches={others} onLink={stateOf(order, 'link').allowed ? link : undefined} />
    </div>
  );
}
