//! Who pays whom how much, masked; in clear for a reason, for two minutes, and leaving a trace.

import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { UnitName } from '../../../parts/names.tsx';
import { Reveal, useShown } from '../../../parts/reveal.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { type Interception, interceptionQuery } from '../data.ts';
import { useSum } from '../words.tsx';
import { stateOf } from './acts.ts';

type Field = Schemas['GuardField'];

const FIELDS = ['name', 'phone', 'account', 'payee_name', 'payee_account'] as const satisfies Field[];
const GROUNDS = ['contact', 'police', 'audit'] as const satisfies Schemas['Ground'][];

export function PeoplePanel({ interception }: { interception: Interception }) {
  const { t } = useTranslation('guard');
  const queries = useQueryClient();
  const sum = useSum();
  const reveal = useShown<Field>();
  const { id, held, unit, channel, purpose } = interception;
  const { allowed, reason } = stateOf(interception, 'reveal');
  const masked: Partial<Record<Field, string>> = {
    name: interception.name_masked,
    phone: interception.phone_masked,
    payee_name: interception.payee_name_masked,
    payee_account: interception.payee_masked,
  };
  const ask = async (ground: Schemas['Ground']) => {
    const { fields } = await ok(
      api.POST('/api/guard/interceptions/{id}/reveal', { params: { path: { id } }, body: { fields: held, ground } }),
    );
    void queries.invalidateQueries({ queryKey: interceptionQuery(id).queryKey });
    return fields;
  };
  return (
    <Panel
      title={t('people.title')}
      extra={
        <Reveal
          reveal={reveal}
          grounds={GROUNDS.map((value) => ({ value, label: t(`ground.${value}`) }))}
          ask={ask}
          disabled={!allowed || held.length === 0}
          reason={reason}
        />
      }
    >
      <Facts
        facts={[
          [
            t('fact.amount'),
            <strong key="amount" className="numbers">
              {sum(interception.amount)}
            </strong>,
          ],
          [
            t('fact.where'),
            <span key="where">
              <UnitName path={unit} />
              {` · ${t(`channel.${channel}`)}`}
            </span>,
          ],
          ...FIELDS.filter((field) => held.includes(field)).map((field): [string, string] => [
            t(`field.${field}`),
            reveal.shown[field] ?? (masked[field] || t('people.held')),
          ]),
          ...(purpose ? [[t('fact.purpose'), purpose] as [string, string]] : []),
        ]}
      />
    </Panel>
  );
}
