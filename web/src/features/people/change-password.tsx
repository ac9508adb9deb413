//! A new password of one's own. The server knows the rules; they are told before and explained after.

import { Button, Form, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../api/client.ts';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useSubmit } from '../../parts/submit.ts';

interface Fields {
  present: string;
  new: string;
  again: string;
}

interface ChangePasswordProps {
  onDone: () => void;
}

export function ChangePassword({ onDone }: ChangePasswordProps) {
  const { t } = useTranslation('people');
  const [form] = Form.useForm<Fields>();
  const submission = useSubmit(form);

  const submit = async (fields: Fields) => {
    const body = { present: fields.present, new: fields.new };
    const done = await submission.run(() => ok(api.POST('/api/people/password/change', { body })));
    if (!done) return;
    form.resetFields();
    onDone();
  };

  return (
    <Form form={form} layout="vertical" onFinish={(fields) => void submit(fields)} requiredMark={false}>
      <Form.Item
        name="present"
        label={t('password.present')}
        rules={[{ required: true, message: t('password.missing') }]}
      >
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item
        name="new"
        label={t('password.new')}
        extra={t('password.rule')}
        rules={[{ required: true, message: t('password.missing') }]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('password.again')}
        dependencies={['new']}
        rules={[
          { required: true, message: t('password.missing') },
          ({ getFieldValue }) => ({
            validator: (_, value: string) =>
              !value || value === getFieldValue('new')
                ? Promise.resolve()
                : Promise.reject(new Error(t('password.differs'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
      <Button type="primary" htmlType="submit" loading={submission.busy} style={{ marginTop: 12 }}>
        {t('password.submit')}
      </Button>
    </Form>
  );
}
