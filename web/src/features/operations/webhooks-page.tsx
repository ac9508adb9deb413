//! Subscriptions of other systems: where messages go, of which kinds, and what became of them.

import { PlusOutlined } from '@ant-design/icons';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer, Form, Input, Popconfirm, Select, Switch, type TableProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../api/client.ts';
import { holds, useSession } from '../../api/session.ts';
import { asProblem } from '../../lib/problem.ts';
import { momentOf } from '../../lib/time.ts';
import { PagedTable } from '../../parts/paged-table.tsx';
import { pages } from '../../parts/pages.ts';
import { ProblemNotice, useProblemSentence } from '../../parts/problem-notice.tsx';
import { useSubmit } from '../../parts/submit.ts';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import styles from './operations.module.css';

type Webhook = Schemas['WebhookBody'];
type Delivery = Schemas['DeliveryBody'];

/** How every address begins; in no language, so no word of the pages. */
const ADDRESS_START = 'https://';
const WEBHOOKS = ['operations', 'webhooks'] as const;

export function WebhooksPage() {
  const { t } = useTranslation('operations');
  const may = holds(useSession(), 'operations.webhook.change');
  const query = useInfiniteQuery(
    pages<Webhook>(WEBHOOKS, (after) =>
      ok(api.GET('/api/operations/webhooks', { params: { query: after ? { after } : {} } })),
    ),
  );
  const [edited, setEdited] = useState<Webhook | 'new'>();
  const columns = useColumns(setEdited, may);
  return (
    <Page
      title={t('webhooks.title')}
      note={t('webhooks.note')}
      actions={
        may ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setEdited('new')}>
            {t('webhooks.new')}
          </Button>
        ) : null
      }
    >
      <Panel title={t('webhooks.list')} flush>
        <PagedTable<Webhook>
          label={t('webhooks.title')}
          query={query}
          columns={columns}
          rowKey={(row) => row.id}
          empty={t('webhooks.none')}
          expandable={{ expandedRowRender: (row) => <Deliveries id={row.id} /> }}
        />
      </Panel>
      <Drawer
        open={edited !== undefined}
        title={edited === 'new' ? t('webhooks.new') : t('webhooks.edit')}
        onClose={() => setEdited(undefined)}
        destroyOnHidden
        size={480}
      >
        {edited ? (
          <WebhookForm webhook={edited === 'new' ? undefined : edited} onDone={() => setEdited(undefined)} />
        ) : null}
      </Drawer>
    </Page>
  );
}

function useColumns(edit: (webhook: Webhook) => void, may: boolean): TableProps<Webhook>['columns'] {
  const { t } = useTranslation('operations');
  return [
    { key: 'url', title: t('webhooks.url'), render: (_, row) => <span className={styles.code}>{row.url}</span> },
    { key: 'kinds', title: t('webhooks.kinds'), render: (_, row) => row.kinds.join(', ') },
    { key: 'updated', title: t('webhooks.updated'), render: (_, row) => momentOf(row.updated_at) },
    { key: 'active', title: t('webhooks.active'), render: (_, row) => <Active webhook={row} may={may} /> },
    {
      key: 'act',
      title: '',
      render: (_, row) => (
        <span className={styles.acts}>
          <Button size="small" disabled={!may} onClick={() => edit(row)}>
            {t('webhooks.edit')}
          </Button>
          <Remove webhook={row} may={may} />
        </span>
      ),
    },
  ];
}

interface OneProps {
  webhook: Webhook;
  may: boolean;
}

function useChange() {
  const { message } = App.useApp();
  const sentence = useProblemSentence();
  const queries = useQueryClient();
  return async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      void message.error(sentence(asProblem(error)));
    }
    await queries.invalidateQueries({ queryKey: WEBHOOKS });
  };
}

function Active({ webhook, may }: OneProps) {
  const { t } = useTranslation('operations');
  const change = useChange();
  const params = { path: { id: webhook.id } };
  return (
    <Switch
      size="small"
      aria-label={t('webhooks.active')}
      checked={webhook.active}
      disabled={!may}
      onChange={(active) =>
        void change(() => ok(api.PATCH('/api/operations/webhooks/{id}', { params, body: { active } })))
      }
    />
  );
}

function Remove({ webhook, may }: OneProps) {
  const { t } = useTranslation('operations');
  const change = useChange();
  const params = { path: { id: webhook.id } };
  return (
    <Popconfirm
      title={t('webhooks.removeSure')}
      onConfirm={() => void change(() => ok(api.DELETE('/api/operations/webhooks/{id}', { params })))}
    >
      <Button size="small" danger disabled={!may}>
        {t('webhooks.remove')}
      </Button>
    </Popconfirm>
  );
}

interface WebhookFormProps {
  webhook: Webhook | undefined;
  onDone: () => void;
}

interface Fields {
  url: string;
  kinds: string[];
  secret?: string;
}

/** What most receivers want; any other kind can be typed. */
const COMMON_KINDS = ['*', 'voice.order.*', 'voice.order.filed', 'voice.order.decided', 'voice.order.closed'];

function WebhookForm({ webhook, onDone }: WebhookFormProps) {
  const { t } = useTranslation('operations');
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const submission = useSubmit(form);
  const needed = [{ required: true, message: t('form.needed') }];
  const save = async ({ url, kinds, secret }: Fields) => {
    const done = await submission.run(async () => {
      if (webhook) {
        const body = { url, kinds, ...(secret ? { secret } : {}) };
        await ok(api.PATCH('/api/operations/webhooks/{id}', { params: { path: { id: webhook.id } }, body }));
      } else {
        await ok(api.POST('/api/operations/webhooks', { body: { url, kinds, secret: secret ?? '' } }));
      }
      await queries.invalidateQueries({ queryKey: WEBHOOKS });
    });
    if (done) onDone();
  };
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={webhook ?? { kinds: [] }}
      onFinish={(fields) => void save(fields)}
      autoComplete="off"
    >
      <Form.Item name="url" label={t('webhooks.url')} rules={needed}>
        <Input placeholder={ADDRESS_START} />
      </Form.Item>
      <Form.Item name="kinds" label={t('webhooks.kinds')} rules={needed} extra={t('webhooks.kindsHint')}>
        <Select mode="tags" options={COMMON_KINDS.map((kind) => ({ value: kind, label: kind }))} />
      </Form.Item>
      <Form.Item
        name="secret"
        label={t('webhooks.secret')}
        extra={webhook ? t('webhooks.secretKept') : t('webhooks.secretHint')}
        rules={webhook ? [] : needed}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <div aria-live="polite">{submission.problem ? <ProblemNotice error={submission.problem} /> : null}</div>
      <Button type="primary" htmlType="submit" loading={submission.busy}>
        {t('webhooks.save')}
      </Button>
    </Form>
  );
}

function Deliveries({ id }: { id: string }) {
  const { t } = useTranslation('operations');
  const query = useInfiniteQuery(
    pages<Delivery>([...WEBHOOKS, id, 'deliveries'], (after) =>
      ok(
        api.GET('/api/operations/webhooks/{id}/deliveries', {
          params: { path: { id }, query: after ? { after } : {} },
        }),
      ),
    ),
  );
  const columns: TableProps<Delivery>['columns'] = [
    { key: 'kind', title: t('webhooks.kind'), dataIndex: 'kind' },
    { key: 'stream', title: t('history.stream'), dataIndex: 'stream' },
    { key: 'state', title: t('webhooks.state'), dataIndex: 'state' },
    { key: 'status', title: t('webhooks.status'), render: (_, row) => row.status ?? '—' },
    { key: 'tries', title: t('jobs.tries'), dataIndex: 'tries', align: 'right' },
    {
      key: 'error',
      title: t('jobs.error'),
      render: (_, row) => <span className={styles.code}>{row.error ?? ''}</span>,
    },
  ];
  return (
    <PagedTable<Delivery>
      label={t('webhooks.deliveries')}
      query={query}
      columns={columns}
      rowKey={(row) => row.id}
      empty={t('webhooks.noDeliveries')}
    />
  );
}
