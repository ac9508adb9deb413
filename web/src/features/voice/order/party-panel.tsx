//! Who complains, masked; in clear for a reason, for two minutes, and leaving a trace.

import { EyeOutlined } from '@ant-design/icons';
import { Button, Modal, Radio } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { Facts } from '../../../ui/facts.tsx';
import { Panel } from '../../../ui/panel.tsx';
import type { Order } from '../data.ts';
import { stateOf } from './acts.ts';
import styles from './order-page.module.css';

type Field = Schemas['PersonalField'];
type Shown = Partial<Record<Field, string>>;

/** How long what was revealed stays on the screen: long enough to dial, short enough for a glance over the shoulder. */
const SHOWN_MS = 120_000;

const OF_PERSON: Field[] = ['name', 'phone', 'identity', 'account', 'email', 'address'];
const OF_REPRESENTATIVE: Field[] = ['representative_name', 'representative_phone', 'representative_identity'];

export function PartyPanel({ order }: { order: Order }) {
  const { t } = useTranslation('voice');
  const [shown, setShown] = useState<Shown>({});
  const [isAsking, setAsking] = useState(false);
  const { party } = order;
  const { allowed, reason } = stateOf(order, 'reveal');
  const isShown = Object.keys(shown).length > 0;

  useEffect(() => {
    if (!isShown) return;
    const timer = setTimeout(() => setShown({}), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isShown]);

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
        isShown ? (
          <Button size="small" onClick={() => setShown({})}>
            {t('party.hide')}
          </Button>
        ) : (
          <Button
            size="small"
            icon={<EyeOutlined />}
            disabled={!allowed || party.held.length === 0}
            title={reason}
            onClick={() => setAsking(true)}
          >
            {t('party.reveal')}
          </Button>
        )
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
              {t('party.missing', { papers: party.papers_missing.map((paper) => t(`purpose.${paper}`)).join('、') })}
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
      <Modal
        open={isAsking}
        onCancel={() => setAsking(false)}
        footer={null}
        title={t('party.revealTitle')}
        destroyOnHidden
        width={420}
      >
        <Ask
          order={order}
          onShown={(fields) => {
            setShown(fields);
            setAsking(false);
          }}
        />
      </Modal>
    </Panel>
  );
}

const GROUNDS = ['contact', 'verification', 'authority', 'audit'] as const satisfies Schemas['RevealGround'][];

interface AskProps {
  order: Order;
  onShown: (fields: Shown) => void;
}

/** Asks why before anything is shown. */
function Ask({ order, onShown }: AskProps) {
  const { t } = useTranslation('voice');
  const [ground, setGround] = useState<Schemas['RevealGround']>('contact');
  const submission = useSubmit();
  const reveal = () =>
    submission.run(async () => {
      const fields = order.party.held;
      const answer = await ok(
        api.POST('/api/voice/orders/{id}/reveal', { params: { path: { id: order.id } }, body: { fields, ground } }),
      );
      onShown(Object.fromEntries(answer.fields.map(({ field, value }) => [field, value])));
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void reveal();
      }}
    >
      <p>{t('party.revealHint')}</p>
      <Radio.Group
        aria-label={t('party.why')}
        value={ground}
        onChange={(event) => setGround(event.target.value as Schemas['RevealGround'])}
        options={GROUNDS.map((one) => ({ value: one, label: t(`reveal.${one}`) }))}
        style={{ display: 'grid', gap: 6, marginBottom: 16 }}
      />
      {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
      <Button type="primary" htmlType="submit" loading={submission.busy}>
        {t('party.reveal')}
      </Button>
    </form>
  );
}
