//! One matter before the president: what it is about, what was instructed and reported, and what to do next.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { App, DatePicker, Drawer, Form, Input, Select } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { momentOf } from '../../../lib/time.ts';
import { ActionButtons } from '../../../parts/action-buttons.tsx';
import { Loaded } from '../../../parts/loaded.tsx';
import { ActorName, UnitName } from '../../../parts/names.tsx';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { Writing } from '../../../parts/writing.tsx';
import { Facts } from '../../../ui/facts.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { type Order, orderQuery } from '../data.ts';
import { StageTag } from '../stage-tag.tsx';
import { LEAD_VERBS, type LeadFields, type LeadVerb, useLead } from './data.ts';
import styles from './president.module.css';

interface LeadDrawerProps {
  /** The order that is open; none when closed. */
  order: string | undefined;
  onClose: () => void;
}

const SIZE = 640;

export function LeadDrawer({ order, onClose }: LeadDrawerProps) {
  const { t } = useTranslation('oversee');
  const query = useQuery({ ...orderQuery(order ?? ''), enabled: order !== undefined });
  return (
    <Drawer
      open={order !== undefined}
      title={query.data?.title ?? t('president.matter')}
      onClose={onClose}
      size={SIZE}
      destroyOnHidden
    >
      <Loaded query={query} rows={8}>
        {(found) => <Matter order={found} />}
      </Loaded>
    </Drawer>
  );
}

function Matter({ order }: { order: Order }) {
  const { t } = useTranslation('oversee');
  const [verb, setVerb] = useState<LeadVerb>();
  const { lead } = order;
  return (
    <div className={styles.matter}>
      <ActionButtons
        verbs={LEAD_VERBS}
        actions={order.allowed_actions}
        label={(one) => t(`lead.${one}`)}
        onChoose={setVerb}
        dangerous={['decline_lead']}
      />
      <Facts
        facts={[
          [
            t('president.order'),
            <>
              <Link to="/orders/$order" params={{ order: order.id }}>
                {order.receipt}
              </Link>{' '}
              <StageTag stage={order.stage} />
            </>,
          ],
          [t('word.unit'), <UnitName key="unit" path={order.unit} />],
          [t('president.received'), momentOf(order.received_at)],
          ...(lead
            ? ([
                [t('president.grounds'), lead.grounds.map((ground) => t(`ground.${ground}`)).join(' · ')],
                [t('president.proposedBy'), <ActorName key="by" actor={lead.proposed_by} withUnit />],
                [t('president.why'), lead.why ?? '—'],
                ...(lead.remark ? [[t('president.remark'), lead.remark]] : []),
              ] as [string, React.ReactNode][])
            : []),
        ]}
      />
      <section>
        <h3 className={styles.heading}>{t('president.story')}</h3>
        <p className={styles.story}>{order.narrative}</p>
      </section>
      {lead && lead.instructions.length > 0 ? (
        <section>
          <h3 className={styles.heading}>{t('president.allInstructions')}</h3>
          <ol className={styles.instructions}>
            {lead.instructions.map((one) => (
              <Instruction key={one.number} instruction={one} />
            ))}
          </ol>
        </section>
      ) : null}
      <LeadWriting order={order} verb={verb} onClose={() => setVerb(undefined)} />
    </div>
  );
}

function Instruction({ instruction }: { instruction: Schemas['InstructionBody'] }) {
  const { t } = useTranslation('oversee');
  return (
    <li>
      <div className={styles.under}>
        <UnitName path={instruction.unit} />
        <span>{t('president.due', { at: momentOf(instruction.due) })}</span>
        <MoodTag mood={instruction.is_open ? 'soon' : 'met'}>
          {t(instruction.is_open ? 'president.open' : 'president.reported')}
        </MoodTag>
      </div>
      <p className={styles.story}>{instruction.text}</p>
      {instruction.replies.map((reply) => (
        <div key={reply.at} className={styles.reply}>
          <div className={styles.under}>
            <ActorName actor={reply.by} />
            <span>
              {t(reply.is_demand ? 'president.demanded' : 'president.reportedAt', { at: momentOf(reply.at) })}
            </span>
          </div>
          <p className={styles.story}>{reply.text}</p>
        </div>
      ))}
    </li>
  );
}

interface LeadWritingProps {
  order: Order;
  verb: LeadVerb | undefined;
  onClose: () => void;
}

interface Fields extends Omit<LeadFields, 'due'> {
  due?: Dayjs;
}

/** Characters of a president's words; the server allows more. */
const WORDS_MAX = 2000;

function LeadWriting({ order, verb, onClose }: LeadWritingProps) {
  const { t } = useTranslation('oversee');
  const { message } = App.useApp();
  const act = useLead(order);
  const needed = [{ required: true, message: t('form.needed') }];
  if (!verb) return null;
  const instructions = order.lead?.instructions ?? [];
  const isDirected = verb === 'instruct' || verb === 'demand_more';
  return (
    <Writing<Fields>
      key={verb}
      open
      title={t(`lead.${verb}`)}
      danger={verb === 'decline_lead'}
      onClose={onClose}
      onSend={async ({ due, ...fields }) => {
        await act(verb, { ...fields, ...(due ? { due: due.format('YYYY-MM-DD') } : {}) });
        void message.success(t('form.done', { act: t(`lead.${verb}`) }));
      }}
    >
      {verb === 'take_lead' ? <p>{t('lead.takeHint')}</p> : null}
      {verb === 'instruct' ? (
        <Form.Item name="unit" label={t('lead.unit')} rules={needed}>
          <UnitPicker allowClear={false} />
        </Form.Item>
      ) : null}
      {verb === 'demand_more' ? (
        <Form.Item name="number" label={t('lead.which')} rules={needed}>
          <Select options={instructions.map((one) => ({ value: one.number, label: `${one.number}. ${one.text}` }))} />
        </Form.Item>
      ) : null}
      {isDirected ? (
        <>
          <Form.Item name="text" label={t(`lead.${verb}Words`)} rules={needed}>
            <Input.TextArea rows={5} maxLength={WORDS_MAX} showCount />
          </Form.Item>
          <Form.Item name="due" label={t('lead.due')} rules={needed} extra={t('lead.dueHint')}>
            <DatePicker minDate={dayjs()} />
          </Form.Item>
        </>
      ) : null}
      {verb === 'decline_lead' || verb === 'close_lead' ? (
        <Form.Item name="why" label={t(verb === 'close_lead' ? 'lead.closeWords' : 'lead.declineWords')} rules={needed}>
          <Input.TextArea rows={4} maxLength={WORDS_MAX} showCount />
        </Form.Item>
      ) : null}
    </Writing>
  );
}
