//! Finding orders by an exact telephone, identity or account number. What is typed goes in a body, never in an address.

import { Link } from '@tanstack/react-router';
import { Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../api/client.ts';
import { dateOf } from '../../lib/time.ts';
import { Nothing } from '../../parts/loaded.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useSubmit } from '../../parts/submit.ts';
import type { OrderRow } from './data.ts';
import styles from './find-by-number.module.css';
import { StageTag } from './stage-tag.tsx';

interface FindByNumberProps {
  open: boolean;
  onClose: () => void;
}

interface Fields {
  by: Schemas['FindOrdersBy'];
  value: string;
}

export function FindByNumber({ open, onClose }: FindByNumberProps) {
  const { t } = useTranslation('voice');
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t('find.title')} destroyOnHidden width={560}>
      <Find onClose={onClose} />
    </Modal>
  );
}

function Find({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('voice');
  const [form] = Form.useForm<Fields>();
  const [rows, setRows] = useState<OrderRow[]>();
  const submission = useSubmit(form);
  const find = async ({ by, value }: Fields) => {
    await submission.run(async () => {
      const answer = await ok(api.POST('/api/voice/orders/find', { body: { by, value: value.trim() } }));
      setRows(answer.items);
    });
  };
  return (
    <>
      <Form form={form} layout="inline" onFinish={(fields) => void find(fields)} initialValues={{ by: 'phone' }}>
        <Form.Item name="by" style={{ width: 150, marginInlineEnd: 8 }}>
          <Select
            aria-label={t('find.by')}
            options={(['phone', 'identity', 'account'] as const).map((by) => ({ value: by, label: t(`person.${by}`) }))}
          />
        </Form.Item>
        <Form.Item
          name="value"
          style={{ flex: 1, marginInlineEnd: 8 }}
          rules={[{ required: true, whitespace: true, message: t('find.missing') }]}
        >
          <Input autoFocus autoComplete="off" aria-label={t('find.value')} placeholder={t('find.value')} />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={submission.busy}>
          {t('find.go')}
        </Button>
      </Form>
      <div aria-live="polite" className={styles.found}>
        {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
        {rows?.length === 0 ? <Nothing>{t('find.none')}</Nothing> : null}
        <ul className={styles.list}>
          {rows?.map((row) => (
            <li key={row.id}>
              <StageTag stage={row.stage} />
              <Link to="/orders/$order" params={{ order: row.id }} onClick={onClose} className={styles.title}>
                {row.title}
              </Link>
              <span className={styles.day}>{dateOf(row.received_at)}</span>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
