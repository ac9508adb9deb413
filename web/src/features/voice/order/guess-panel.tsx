//! Which classes the words of an unclassified order speak for, and why.

import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { Loaded } from '../../../parts/loaded.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { type Order, orderGuessesQuery } from '../data.ts';
import { Guesses } from '../guesses.tsx';
import { AXES } from '../words.ts';
import { stateOf } from './acts.ts';
import type { VerbName } from './verbs.ts';

interface GuessPanelProps {
  order: Order;
  onAct: (verb: VerbName) => void;
}

const ASPECTS = ['matter', ...AXES] as const;

export function GuessPanel({ order, onAct }: GuessPanelProps) {
  const { t } = useTranslation('voice');
  const isWanted = !order.classes && !order.is_erased && order.stage !== 'withdrawn';
  const query = useQuery({ ...orderGuessesQuery(order.id), enabled: isWanted });
  if (!isWanted) return null;
  const { allowed, reason } = stateOf(order, 'classify');
  return (
    <Panel
      title={t('guess.title')}
      extra={
        <Button size="small" disabled={!allowed} title={allowed ? undefined : reason} onClick={() => onAct('classify')}>
          {t('guess.use')}
        </Button>
      }
    >
      <Loaded query={query}>
        {(guesses) => <Guesses guesses={guesses} aspects={ASPECTS} held={{ matter: order.matter }} />}
      </Loaded>
    </Panel>
  );
}
