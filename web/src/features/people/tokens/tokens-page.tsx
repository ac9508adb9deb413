//! Tokens of other systems: who may come in by program, how far, until when.

import { PlusOutlined } from '@ant-design/icons';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import {
  Alert,
  App,
  Button,
  DatePicker,
  Drawer,
  Form,
  Input,
  Popconfirm,
  Select,
  type TableProps,
  Typography,
} from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { asProblem } from '../../../lib/problem.ts';
import { listed } from '../../../lib/text.ts';
import { momentOf } from '../../../lib/time.ts';
import { PagedTable } from '../../../parts/paged-table.tsx';
import { pages } from '../../../parts/pages.ts';
import { ProblemNotice, useProblemSentence } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { UnitPicker } from '../../../parts/unit-picker.tsx';
import { MoodTag } from '../../../ui/mood.tsx';
import { Page } from '../../../ui/page.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { usePermissionTitles, useRoles } from '../roles.ts';

type Token = Schemas['TokenBody'];

const TOKENS = ['people', 'tokens'] as const;

export function TokensPage() {
  const { t } = useTranslation('people');
  const query = useInfiniteQuery(
    pages<Token>(TOKENS, (after) => ok(api.GET('/api/people/tokens', { params: { query: after ? { after } : {} } }))),
  );
  const [isNew, setNew] = useState(false);
  return (
    <Page
      title={t('tokensPage.title')}
      note={t('tokensPage.note')}
      actions={
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setNew(true)}>
          {t('tokensPage.new')}
        </Button>
      }
    >
      <Panel title={t('tokensPage.list')} flush>
        <PagedTable<Token>
          label={t('tokensPage.title')}
          query={query}
          columns={useColumns()}
          rowKey={(row) => row.id}
          empty={t('tokensPage.none')}
        />
      </Panel>
      <Drawer open={isNew} title={t('tokensPage.new')} onClose={() => setNew(false)} destroyOnHidden size={480}>
        <NewToken />
      </Drawer>
    </Page>
  );
}

function useColumns(): TableProps<Token>['columns'] {
  const { t, i18n } = useTranslation('people');
  const words = usePermissionTitles();
  return [
    { key: 'name', title: t('tokensPage.name'), dataIndex: 'name' },
    { key: 'unit', title: t('staff.unit'), render: (_, row) => row.unit.name },
    {
      key: 'permissions',
      title: t('tokensPage.permissions'),
      render: (_, row) =>
        row.permissions.length === 0 ? t('tokensPage.all') : listed(row.permissions.map(words), i18n.language),
    },
    { key: 'used', title: t('tokensPage.used'), render: (_, row) => (row.used_at ? momentOf(row.used_at) : '—') },
    { key: 'ends', title: t('tokensPage.ends'), render: (_, row) => momentOf(row.expires_at) },
    { key: 'state', title: t('staff.status'), render: (_, row) => <State token={row} /> },
    { key: 'act', title: '', render: (_, row) => <Revoke token={row} /> },
  ];
}

function State({ token }: { token: Token }) {
  const { t } = useTranslation('people');
  if (token.revoked_at) return <MoodTag mood="none">{t('tokensPage.revoked')}</MoodTag>;
  if (Date.parse(token.expires_at) < Date.now()) return <MoodTag mood="none">{t('tokensPage.ended')}</MoodTag>;
  return <MoodTag mood="met">{t('tokensPage.live')}</MoodTag>;
}

function Revoke({ token }: { token: Token }) {
  const { t } = useTranslation('people');
  const { message } = App.useApp();
  const sentence = useProblemSentence();
  const queries = useQueryClient();
  const action = token.allowed_actions.find((one) => one.action === 'revoke');
  const revoke = async () => {
    try {
      await ok(api.POST('/api/people/tokens/{id}/revoke', { params: { path: { id: token.id } } }));
      await queries.invalidateQueries({ queryKey: TOKENS });
    } catch (error) {
      void message.error(sentence(asProblem(error)));
    }
  };
  return (
    <Popconfirm title={t('tokensPage.revokeSure')} onConfirm={() => void revoke()} disabled={!action?.allowed}>
      <Button size="small" danger disabled={!action?.allowed} title={action?.reason ?? undefined}>
        {t('tokensPage.revoke')}
      </Button>
    </Popconfirm>
  );
}

interface Fields {
  name: string;
  unit: string;
  permissions?: string[];
  expires_at: Dayjs;
}

function NewToken() {
  const { t } = useTranslation('people');
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const submission = useSubmit(form);
  const [secret, setSecret] = useState<string>();
  const { data: roles } = useRoles();
  const words = usePermissionTitles();
  const needed = [{ required: true, message: t('form.needed') }];
  const create = (fields: Fields) =>
    submission.run(async () => {
      const body = {
        name: fields.name,
        unit: fields.unit,
        permissions: fields.permissions ?? [],
        expires_at: fields.expires_at.endOf('day').toISOString(),
      };
      const token = await ok(api.POST('/api/people/tokens', { body }));
      setSecret(token.secret);
      await queries.invalidateQueries({ queryKey: TOKENS });
    });
  if (secret) {
    return (
      <Alert
        type="success"
        showIcon
        title={t('tokensPage.secret')}
        description={
          <Typography.Text code copyable={{ text: secret }} style={{ overflowWrap: 'anywhere' }}>
            {secret}
          </Typography.Text>
        }
      />
    );
  }
  return (
    <Form form={form} layout="vertical" onFinish={(fields) => void create(fields)} autoComplete="off">
      <Form.Item name="name" label={t('tokensPage.name')} rules={needed}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="unit" label={t('tokensPage.unit')} rules={needed}>
        <UnitPicker allowClear={false} />
      </Form.Item>
      <Form.Item name="permissions" label={t('tokensPage.permissions')} extra={t('tokensPage.permissionsHint')}>
        <Select
          mode="multiple"
          allowClear
          options={(roles?.for_systems ?? []).map((one) => ({ value: one, label: words(one), title: one }))}
          showSearch={{ optionFilterProp: 'label' }}
        />
      </Form.Item>
      <Form.Item name="expires_at" label={t('tokensPage.ends')} rules={needed} extra={t('tokensPage.endsHint')}>
        <DatePicker />
      </Form.Item>
      <div aria-live="polite">{submission.problem ? <ProblemNotice error={submission.problem} /> : null}</div>
      <Button type="primary" htmlType="submit" loading={submission.busy}>
        {t('tokensPage.issue')}
      </Button>
    </Form>
  );
}
