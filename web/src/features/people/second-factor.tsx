//! Binding an authenticator: a picture to scan, a code to prove it, recovery codes to keep on paper.

import { useQuery } from '@tanstack/react-query';
import { Alert, Button, Form, Input, QRCode, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../api/client.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { useSubmit } from '../../parts/submit.ts';

interface Fields {
  code: string;
  present: string;
}

interface SecondFactorProps {
  onDone: () => void;
}

export function SecondFactor({ onDone }: SecondFactorProps) {
  const { t } = useTranslation('people');
  const [form] = Form.useForm<Fields>();
  const [codes, setCodes] = useState<string[]>();
  const submission = useSubmit(form);
  // Each asking makes a new secret; it is asked once and kept while this is on screen.
  const enrolment = useQuery({
    queryKey: ['people', 'enrolment'],
    queryFn: () => ok(api.POST('/api/people/second-factor/enrol')),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

  const confirm = async ({ code, present }: Fields) => {
    await submission.run(async () => {
      const answer = await ok(api.POST('/api/people/second-factor/confirm', { body: { code: code.trim(), present } }));
      setCodes(answer.recovery_codes);
    });
  };

  if (codes) return <RecoveryCodes codes={codes} onDone={onDone} />;
  return (
    <Loaded query={enrolment} rows={6}>
      {({ secret, uri }) => (
        <Form form={form} layout="vertical" onFinish={(fields) => void confirm(fields)} requiredMark={false}>
          <p style={{ marginTop: 0 }}>{t('secondFactor.scan')}</p>
          <div role="img" aria-label={t('secondFactor.picture')} style={{ display: 'grid', placeItems: 'center' }}>
            <QRCode value={uri} type="svg" size={168} color="#000" bgColor="#fff" />
          </div>
          <p>
            {t('secondFactor.typed')}{' '}
            <Typography.Text code copyable={{ text: secret }}>
              {secret}
            </Typography.Text>
          </p>
          <Form.Item
            name="code"
            label={t('signIn.code')}
            rules={[{ required: true, whitespace: true, message: t('signIn.codeMissing') }]}
          >
            <Input autoComplete="one-time-code" inputMode="numeric" maxLength={8} />
          </Form.Item>
          <Form.Item
            name="present"
            label={t('password.present')}
            rules={[{ required: true, message: t('password.missing') }]}
          >
            <Input.Password autoComplete="current-password" maxLength={128} />
          </Form.Item>
          {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
          <Button type="primary" htmlType="submit" loading={submission.busy}>
            {t('secondFactor.confirm')}
          </Button>
        </Form>
      )}
    </Loaded>
  );
}

interface RecoveryCodesProps {
  codes: string[];
  onDone: () => void;
}

function RecoveryCodes({ codes, onDone }: RecoveryCodesProps) {
  const { t } = useTranslation('people');
  return (
    <>
      <Alert type="success" showIcon title={t('secondFactor.done')} description={t('secondFactor.keep')} />
      <Typography.Paragraph copyable={{ text: codes.join('\n') }} style={{ margin: '12px 0' }}>
        <span style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', fontFamily: 'monospace', gap: 4 }}>
          {codes.map((code) => (
            <span key={code}>{code}</span>
          ))}
        </span>
      </Typography.Paragraph>
      <Button type="primary" onClick={onDone}>
        {t('secondFactor.kept')}
      </Button>
    </>
  );
}
