//! Adding a file to an order: the server reads what it is and refuses what it does not keep.

import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Select, Upload, type UploadFile } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { took } from './acts.ts';
import type { FormProps } from './forms-simple.tsx';

export const PURPOSES = [
  'evidence',
  'identity',
  'authorisation',
  'agent_identity',
  'inheritance',
  'withdrawal',
  'delivery',
  'answer',
  'other',
] as const satisfies Schemas['Purpose'][];

export function AttachForm({ order, onDone }: FormProps) {
  const { t } = useTranslation('voice');
  const { t: common } = useTranslation();
  const { message } = App.useApp();
  const queries = useQueryClient();
  const [purpose, setPurpose] = useState<Schemas['Purpose']>('evidence');
  const [files, setFiles] = useState<UploadFile[]>([]);
  const submission = useSubmit();

  const send = async () => {
    const done = await submission.run(async () => {
      let { version } = order;
      for (const { originFileObj } of files) {
        if (!originFileObj) continue;
        const state = await attach(order.id, { version, purpose }, originFileObj);
        version = state.version;
        took(queries, order.id, state);
        setFiles((before) => before.filter((file) => file.originFileObj !== originFileObj));
      }
    });
    if (!done) return;
    void message.success(common('act.done', { act: t('verb.attach') }));
    onDone();
  };

  return (
    <Form layout="vertical" onFinish={() => void send()}>
      <Form.Item label={t('attach.purpose')} htmlFor="attach_purpose">
        <Select
          id="attach_purpose"
          value={purpose}
          onChange={setPurpose}
          options={PURPOSES.map((one) => ({ value: one, label: t(`purpose.${one}`) }))}
        />
      </Form.Item>
      <Form.Item extra={t('attach.hint')}>
        <Upload.Dragger
          multiple
          fileList={files}
          beforeUpload={() => false}
          onChange={({ fileList }) => setFiles(fileList)}
        >
          <p>{t('attach.drop')}</p>
        </Upload.Dragger>
      </Form.Item>
      <div aria-live="polite">{submission.problem ? <ProblemNotice error={submission.problem} /> : null}</div>
      <Button
        type="primary"
        htmlType="submit"
        loading={submission.busy}
        disabled={files.length === 0}
        title={files.length === 0 ? t('attach.none') : undefined}
        style={{ marginTop: 12 }}
      >
        {t('verb.attach')}
      </Button>
    </Form>
  );
}

/** Sends one file; the fields go before it, as the server reads them in this order. */
async function attach(id: string, fields: { version: number; purpose: string }, file: Blob & { name?: string }) {
  const body = new FormData();
  body.append('version', String(fields.version));
  body.append('purpose', fields.purpose);
  body.append('file', file, file.name ?? 'file');
  return ok(
    api.POST('/api/voice/orders/{id}/attachments', {
      params: { path: { id } },
      body: body as unknown as Schemas['AttachFileForm'],
      bodySerializer: (form) => form as unknown as FormData,
    }),
  );
}
