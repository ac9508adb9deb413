//! Finding interceptions by a payee's account. What is typed goes in a body, never in an address.

import { Link } from '@tanstack/react-router';
import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client.ts';
import { dateOf } from '../../../lib/time.ts';
import { Nothing } from '../../../parts/loaded.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import type { InterceptionRow } from '../data.ts';
import { StageTag, useSum } from '../words.tsx';
import styles from './interceptions.module.css';

interface FindByPayeeProps {
  open: boolean;
  onClose: () => void;
}

export function FindByPayee({ open, onClose }: FindByPayeeProps) {
  const { t } = useTranslation('guard');
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t('find.title')} destroyOnHidden width={560}>
      <Find onClose={onClose} />
    </Modal>
  );
}

interface Fields {
  payee_account: string;
}

function Find({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('guard');
  const sum = useSum();
  const [form] = Form.useForm<Fields>();
  const [rows, setRows] = useState<InterceptionRow[]>();
  const submission = useSubmit(form);
  const find = ({ payee_account }: Fields) =>
    submission.run(async () => {
      const body = { payee_account: payee_account.trim() };
      setRows((await ok(api.POST('/api/guard/interceptions/find', { body }))).items);
    });
  return (
    <>
      <Form form={form} onFinish={(fields) => void find(fields)} layout="vertical">
        <Form.Item
          name="payee_account"
          label={t('field.payee_account')}
          extra={t('find.hint')}
          rules={[{ required: true, whitespace: true, message: t('find.missing') }]}
        >
          <Input autoFocus autoComplete="off" inputMode="numeric" />
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
              <Link
                to="/interceptions/$interception"
                params={{ interception: row.id }}
                onClick={onClose}
                className={styles.grow}
              >
                {`${row.name_masked || t('row.unknown')} · ${sum(row.amount)}`}
              </Link>
              <span className="numbers">{dateOf(row.opened_at)}</span>
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}
