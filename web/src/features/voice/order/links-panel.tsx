//! Orders that this one is linked with.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Nothing } from '../../../parts/loaded.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { type Order, orderQuery } from '../data.ts';
import { StageTag } from '../stage-tag.tsx';
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
            <Other id={link.other} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

/** The other order by its title; an order that the reader may not see is named by its id alone. */
function Other({ id }: { id: string }) {
  const { data } = useQuery({ ...orderQuery(id), retry: false });
  if (!data) return <span className={styles.quiet}>{id}</span>;
  return (
    <div className={styles.line}>
      <Link to="/orders/$order" params={{ order: id }} className={styles.grow}>
        {data.title}
      </Link>
      <StageTag stage={data.stage} />
    </div>
  );
}
