//! One order on one screen: who, what, how long still, what may be done next, and all that happened.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Typography } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listen } from '../../../lib/live.ts';
import { Loaded } from '../../../parts/loaded.tsx';
import { ActorName } from '../../../parts/names.tsx';
import { Page } from '../../../ui/page.tsx';
import { LIVE_URL, type Order, orderQuery } from '../data.ts';

import { StageTag } from '../stage-tag.tsx';
import { ActDrawer } from './act-drawer.tsx';
import { OrderActions } from './actions-panel.tsx';
import { AttachmentsPanel } from './attachments-panel.tsx';
import { ClocksPanel } from './clocks-panel.tsx';
import { DecisionPanel } from './decision-panel.tsx';
import { GroupPanel } from './group-panel.tsx';
import { GuessPanel } from './guess-panel.tsx';
import { HistoryPanel } from './history-panel.tsx';
import { LeadPanel } from './lead-panel.tsx';
import { LettersPanel } from './letters-panel.tsx';
import { LinksPanel } from './links-panel.tsx';
import { MatterPanel } from './matter-panel.tsx';
import styles from './order-page.module.css';
import { PartyPanel } from './party-panel.tsx';
import { QueueSteps } from './queue-steps.tsx';
import { ReviewsPanel } from './reviews-panel.tsx';
import { SettlingPanel } from './settling-panel.tsx';
import { StandingPanel } from './standing-panel.tsx';
import { TasksPanel } from './tasks-panel.tsx';

const route = getRouteApi('/orders/$order');

/** The order of the address. */
export function OrderRoute() {
  return <OrderPage id={route.useParams().order} />;
}

interface OrderPageProps {
  id: string;
}

export function OrderPage({ id }: OrderPageProps) {
  const { t } = useTranslation('voice');
  const query = useQuery(orderQuery(id));
  useOrderHints(id);
  const order = query.data;
  return (
    <Page
      title={order ? `${order.title} ${order.receipt}` : t('order.title')}
      heading={order ? <Heading order={order} /> : t('order.title')}
      note={order ? <Note order={order} /> : null}
      actions={<QueueSteps id={id} />}
    >
      <Loaded query={query} rows={12}>
        {(data) => <Content key={data.id} order={data} />}
      </Loaded>
    </Page>
  );
}

/** A colleague's act shows here without a reload; what is being written is left alone. */
function useOrderHints(id: string): void {
  const queries = useQueryClient();
  useEffect(() => {
    const renew = () => void queries.invalidateQueries({ queryKey: orderQuery(id).queryKey });
    return listen(LIVE_URL, {
      changed: (hint) => {
        if (hint.id === id) renew();
      },
      missed: renew,
    });
  }, [queries, id]);
}

function Heading({ order }: { order: Order }) {
  return (
    <>
      {order.title} <StageTag stage={order.stage} />
    </>
  );
}

function Note({ order }: { order: Order }) {
  const { t } = useTranslation('voice');
  const source =
    order.origin.source === 'direct'
      ? ''
      : ` · ${t(`source.${order.origin.source}`)}${order.origin.number ? ` ${order.origin.number}` : ''}`;
  return (
    <span className={styles.note}>
      <Typography.Text copyable={{ text: order.receipt, tooltips: false }} className="numbers">
        {order.receipt}
      </Typography.Text>
      {` · ${t(`matter.${order.matter}`)}${source} · ${order.unit_name ?? order.unit} · `}
      {order.handler ? <ActorName actor={order.handler} /> : t('queue.nobody')}
      {order.round > 1 ? ` · ${t('order.round', { count: order.round })}` : ''}
      {order.transfers > 0 ? ` · ${t('order.transfers', { count: order.transfers })}` : ''}
    </span>
  );
}

function Content({ order }: { order: Order }) {
  const { t } = useTranslation('voice');
  const [verb, setVerb] = useState<string>();
  return (
    <>
      {order.is_erased ? <p role="note">{t('order.erased')}</p> : null}
      <div className={styles.columns}>
        <div className={styles.column}>
          <ClocksPanel order={order} />
          <StandingPanel order={order} />
          <PartyPanel order={order} />
          <GroupPanel order={order} />
          <LinksPanel order={order} onAct={setVerb} />
        </div>
        <div className={styles.column}>
          <MatterPanel order={order} />
          <LeadPanel order={order} />
          <SettlingPanel order={order} />
          <DecisionPanel order={order} />
          <ReviewsPanel order={order} />
          <HistoryPanel order={order} />
        </div>
        <div className={styles.column}>
          <OrderActions order={order} onAct={setVerb} />
          <GuessPanel order={order} onAct={setVerb} />
          <TasksPanel order={order} />
          <LettersPanel order={order} />
          <AttachmentsPanel order={order} />
        </div>
      </div>
      <ActDrawer order={order} verb={verb} onClose={() => setVerb(undefined)} />
    </>
  );
}
