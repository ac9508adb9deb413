//! What may be done to an order now, and why not the rest: the server's word on each verb, in the order of ours.

import { useTranslation } from 'react-i18next';
import { ActionsPanel } from '../../../parts/actions-panel.tsx';
import type { Order } from '../data.ts';
import { stateOf } from './acts.ts';
import { entryOf, VERB_NAMES, type VerbName } from './verbs.ts';

interface OrderActionsProps {
  order: Order;
  onAct: (verb: VerbName) => void;
}

export function OrderActions({ order, onAct }: OrderActionsProps) {
  const { t } = useTranslation('voice');
  const acts = VERB_NAMES.map((verb) => {
    const { key, isStep = false } = entryOf(verb);
    return { verb, label: t(`verb.${verb}`), key, isStep, ...stateOf(order, verb) };
  });
  return <ActionsPanel acts={acts} onAct={onAct} />;
}
