//! The frame of every form that acts on an order: what all acts have, with an order's verbs and addresses.

import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ActFrame, type ActFrameProps } from '../../../parts/act-form.tsx';
import { type Order, orderQuery } from '../data.ts';
import { type Given, useAct, type Verb } from './acts.ts';

export interface ActFormProps<V extends Verb, F extends object>
  extends Pick<ActFrameProps<F>, 'initial' | 'onDone' | 'submit' | 'danger' | 'children'> {
  verb: V;
  order: Order;
  /** The request from the fields. */
  toRequest: (fields: F) => Given<V>;
}

export function ActForm<V extends Verb, F extends object>(props: ActFormProps<V, F>) {
  const { verb, order, toRequest, ...others } = props;
  const { t } = useTranslation('voice');
  const queries = useQueryClient();
  const act = useAct(order);
  return (
    <ActFrame<F>
      {...others}
      name={verb}
      label={t(`verb.${verb}`)}
      matter={order}
      onSend={(fields, version) => act(verb, toRequest(fields), version)}
      onRenew={() => void queries.invalidateQueries({ queryKey: orderQuery(order.id).queryKey })}
    />
  );
}
