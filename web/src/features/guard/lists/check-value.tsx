//! On which lists a value stands, exactly or by a mask. It goes in a body and is kept nowhere.

import { Button, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client.ts';
import { textOf } from '../../../lib/text.ts';
import { Nothing } from '../../../parts/loaded.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import type { GuardList } from './data.ts';

interface CheckValueProps {
  open: boolean;
  lists: GuardList[];
  onClose: () => void;
}

interface Fields {
  value: string;
  second?: string;
}

export function CheckValue({ open, lists, onClose }: CheckValueProps) {
  const { t } = useTranslation('guard');
  return (
    <Modal open={open} onCancel={onClose} footer={null} title={t('lists.check')} destroyOnHidden width={520}>
      <Check lists={lists} />
    </Modal>
  );
}

function Check({ lists }: { lists: GuardList[] }) {
  const { t, i18n } = useTranslation('guard');
  const [form] = Form.useForm<Fields>();
  const [found, setFound] = useState<string[]>();
  const submission = useSubmit(form);
  const check = ({ value, second }: Fields) =>
    submission.run(async () => {
      setFound(undefined);
      const body = { value: value.trim(), ...(second?.trim() ? { second: second.trim() } : {}) };
      setFound((await ok(api.POST('/api/guard/lists/check', { body }))).lists);
    });
  return (
    <>
      <Form form={form} layout="vertical" onFinish={(fields) => void check(fields)}>
        <Form.Item
          name="value"
          label={t('lists.value')}
          extra={t('find.hint')}
          rules={[{ required: true, whitespace: true, message: t('lists.missing') }]}
        >
          <Input autoFocus autoComplete="off" />
        </Form.Item>
        <Form.Item name="second" label={t('lists.second')}>
          <Input autoComplete="off" />
        </Form.Item>
        <Button type="primary" htmlType="submit" loading={submission.busy}>
          {t('find.go')}
        </Button>
      </Form>
      <div aria-live="polite" style={{ marginTop: 16 }}>
        {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
        {found?.length === 0 ? <Nothing>{t('lists.onNone')}</Nothing> : null}
        <ul>
          {found?.map((name) => {
            const list = lists.find((one) => one.name === name);
            return <li key={name}>{list ? textOf(list.title, i18n.language) : name}</li>;
          })}
        </ul>
      </div>
    </>
  );
}
