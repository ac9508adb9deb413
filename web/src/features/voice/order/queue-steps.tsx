//! From one order to the next without going back to the queue in between.

import { LeftOutlined, RightOutlined, UnorderedListOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Button, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { type Shortcut, useShortcuts } from '../../../lib/shortcuts.ts';
import { standOn } from '../../../parts/standing.ts';
import { Key } from '../../../ui/key.tsx';
import { orderRows } from '../data.ts';
import { lastQueue, useNeighbours } from '../queue/last.ts';
import styles from './order-page.module.css';

/** The letter that leads back. */
const BACK = 'q';

export function QueueSteps({ id }: { id: string }) {
  const { t } = useTranslation('voice');
  const navigate = useNavigate();
  const place = useNeighbours(id);
  const back = () => void navigate({ to: '/orders', search: lastQueue() });
  const go = (order: string) => {
    standOn(orderRows(lastQueue()).queryKey, order);
    void navigate({ to: '/orders/$order', params: { order } });
  };
  const steps = [
    { keys: 'k', label: t('order.before'), order: place?.before, icon: <LeftOutlined aria-hidden /> },
    { keys: 'j', label: t('order.after'), order: place?.after, icon: <RightOutlined aria-hidden /> },
  ];
  useShortcuts([
    { keys: BACK, label: t('order.back'), group: 'page', run: back },
    ...steps.flatMap<Shortcut>(({ keys, label, order }) =>
      order ? [{ keys, label, group: 'page', run: () => go(order) }] : [],
    ),
  ]);
  return (
    <nav className={styles.steps} aria-label={t('order.inQueue')}>
      <Button size="small" icon={<UnorderedListOutlined aria-hidden />} onClick={back} aria-keyshortcuts={BACK}>
        {t('order.back')} <Key>{BACK.toUpperCase()}</Key>
      </Button>
      {place ? (
        <>
          {steps.map(({ keys, label, order, icon }) => (
            <Tooltip key={keys} title={`${label} ${keys.toUpperCase()}`}>
              <Button
                size="small"
                icon={icon}
                aria-label={label}
                aria-keyshortcuts={keys}
                disabled={!order}
                onClick={() => order && go(order)}
              />
            </Tooltip>
          ))}
          <span className="numbers">{t('order.place', { at: place.at, of: place.of })}</span>
        </>
      ) : null}
    </nav>
  );
}
