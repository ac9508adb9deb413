//! Who complains, masked; in clear for a reason, for two minutes, and leaving a trace.

import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { listed } from '../../../lib/text.ts';
import { Reveal, useShown } from '../../../parts/reveal.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { Order } from '../data.ts';
import { stateOf } from './acts.ts';
import styles from './order-page.module.css';
import { REVEAL_GROUNDS, revealOf } from './revealing.ts';

type Field = Schemas['PersonalField'];
type Shown = Partial<Record<Field, string>>;

const OF_PERSON: Field[] = ['name', 'phone', 'identity', 'account', 'email', 'address'];
const OF_REPRESENTATIVE: Field[] = ['representative_name', 'representative_phone', 'representative_identity'];

export function PartyPanel({ order }: { order: Order }) {
  const { t, i18n } = useTranslation('voice');
  const reveal = useShown<Field>();
  const { shown } = reveal;
  const { party } = order;
  const { allowed, reason } = stateOf(order, 'reveal');

  const held = (fields: Field[]) => fields.filter((field) => party.held.includes(field));
  const masked: Shown = { name: party.name_masked, phone: party.phone_masked };
  const line = (field: Field): [string, string] => [
    t(`person.${field}`),
    shown[field] ?? masked[field] ?? t('party.held'),
  ];
  return (
    <Panel
      title={t('party.title')}
      extra={
        <Reveal
          reveal={reveal}
          grounds={REVEAL_GROUNDS.map((value) => ({ value, label: t(`reveal.${value}`) }))}
          disabled={!allowed || party.held.length === 0}
          reason={reason}
          shortcut="h"
          ask={(ground) => revealOf(order.id, { fields: party.held, ground })}
        />
      }
    >
      <Facts
        facts={[
          ...(party.nature === 'natural' ? [] : [[t('amend.nature'), t(`nature.${party.nature}`)] as [string, string]]),
          ...held(OF_PERSON).map(line),
        ]}
      />
      {party.nature === 'anonymous' && held(OF_PERSON).length === 0 ? (
        <p className={styles.quiet}>{t('party.anonymous')}</p>
      ) : null}
      {party.representative ? (
        <>
          <h3 className={styles.label}>{t(`standing.${party.representative}`)}</h3>
          <Facts facts={held(OF_REPRESENTATIVE).map(line)} />
          {party.papers_missing.length > 0 ? (
            <p className={styles.quiet}>
              {t('party.missing', {
                papers: listed(
                  party.papers_missing.map((paper) => t(`purpose.${paper}`)),
                  i18n.language,
                ),
              })}
            </p>
          ) : null}
        </>
      ) : null}
      {shown.narrative ? (
        <>
          <h3 className={styles.label}>{t('party.narrative')}</h3>
          <p className={styles.text}>{shown.narrative}</p>
        </>
      ) : null}
    </Panel>
  );
}
