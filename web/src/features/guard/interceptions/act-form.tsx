//! The frame of every form that acts on an interception: what all acts have, with an interception's verbs and addresses.

import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ActFrame, type ActFrameProps } from '../../../parts/act-form.tsx';
import { type Interception, interceptionQuery } from '../data.ts';
import { type Given, useAct } from './acts.ts';
import type { VerbName } from './verbs.ts';

/** What each form of an act is given. */
export interface FormProps {
  interception: Interception;
  onDone: () => void;
}

export interface ActFormProps<V extends VerbName, F extends object>
  extends Pick<ActFrameProps<F>, 'initial' | 'danger' | 'children'>,
    FormProps {
  verb: V;
  /** The request from the fields. */
  toRequest: (fields: F) => Given<V>;
}

export function ActForm<V extends VerbName, F extends object>(props: ActFormProps<V, F>) {
  const { verb, interception, toRequest, ...others } = props;
  const { t } = useTranslation('guard');
  const queries = useQueryClient();
  const act = useAct(interception.id);
  return (
    <ActFrame<F>
      {...others}
      name={verb}
      label={t(`verb.${verb}`)}
      matter={interception}
      onSend={(fields, version) => act(verb, toRequest(fields), version)}
      onRenew={() => void queries.invalidateQueries({ queryKey: interceptionQuery(interception.id).queryKey })}
    />
  );
}
