//! Filing a matter on somebody's behalf: what they say, who they are, who passed it on. One page, top to bottom.

import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Button, Form } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client.ts';
import { draftOf, dropDraft, keepDraft } from '../../../lib/drafts.ts';
import { useShortcuts } from '../../../lib/shortcuts.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { VOICE } from '../data.ts';
import { type FilingFields, requestOf, START } from './fields.ts';
import styles from './file-page.module.css';
import { Likely } from './likely.tsx';
import { MatterFields } from './matter-fields.tsx';
import { OriginFields } from './origin-fields.tsx';
import { PartyFields } from './party-fields.tsx';

const DRAFT = 'new order';

export function FilePage() {
  const { t } = useTranslation('voice');
  const { message } = App.useApp();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [form] = Form.useForm<FilingFields>();
  const submission = useSubmit(form);
  const initial = draftOf<FilingFields>(DRAFT) ?? START;

  const file = async (fields: FilingFields) => {
    await submission.run(async () => {
      const filed = await ok(api.POST('/api/voice/orders', { body: requestOf(fields) }));
      dropDraft(DRAFT);
      void queries.invalidateQueries({ queryKey: VOICE });
      void message.success(t('file.done', { receipt: filed.receipt }));
      await navigate({ to: '/orders/$order', params: { order: filed.id } });
    });
  };
  useShortcuts([
    { keys: 'mod+Enter', label: t('file.submit'), group: 'page', inFields: true, run: () => form.submit() },
  ]);

  return (
    <Page title={t('file.title')} note={t('file.note')}>
      <Form
        form={form}
        layout="vertical"
        initialValues={initial}
        onValuesChange={(_, all: FilingFields) => keepDraft(DRAFT, all)}
        onFinish={(fields) => void file(fields)}
        className={styles.form}
      >
        <div className={styles.columns}>
          <Panel title={t('file.matter')}>
            <MatterFields />
          </Panel>
          <div className={styles.column}>
            <Panel title={t('file.party')}>
              <PartyFields />
            </Panel>
            <Panel title={t('file.origin')}>
              <OriginFields />
            </Panel>
            <Likely />
          </div>
        </div>
        <div className={styles.foot}>
          <div aria-live="polite" className={styles.problem}>
            {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
          </div>
          <Button
            onClick={() => {
              dropDraft(DRAFT);
              form.setFieldsValue(START);
              form.resetFields();
            }}
          >
            {t('file.clear')}
          </Button>
          <Button type="primary" htmlType="submit" loading={submission.busy}>
            {t('file.submit')}
          </Button>
        </div>
      </Form>
    </Page>
  );
}
