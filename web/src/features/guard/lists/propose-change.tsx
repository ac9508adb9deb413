//! Proposing a change of a list: typed values, or a file with a row for each. Rows that were not taken are told with their line.

import { Alert, App, Button, DatePicker, Form, Input, Radio, Select, Table, Upload, type UploadFile } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { saveFile } from '../../../lib/save-file.ts';
import { csvOf } from '../../../lib/table-file.ts';
import { textOf } from '../../../lib/text.ts';
import { instantOf } from '../../../lib/time.ts';
import { Words } from '../../../parts/words-field.tsx';
import { Writing } from '../../../parts/writing.tsx';
import { type GuardList, importFile, KINDS, type Proposal, propose, useRenewLists, valuesOf } from './data.ts';

const REASON_CHARS_MAX = 200;
const SOURCE_CHARS_MAX = 80;
/** A thousand values of forty characters. */
const VALUES_CHARS_MAX = 60_000;
const DRAWER_WIDTH = 560;

interface Typed extends Omit<Proposal, 'until'> {
  by: 'typing' | 'file';
  until?: Dayjs;
  values?: string;
  file?: UploadFile[];
}

interface ProposeChangeProps {
  open: boolean;
  lists: GuardList[];
  list: string | undefined;
  onClose: () => void;
  onProposed: (id: string) => void;
}

export function ProposeChange({ open, lists, list, onClose, onProposed }: ProposeChangeProps) {
  const { t } = useTranslation('guard');
  const { message } = App.useApp();
  const renew = useRenewLists();
  const [faults, setFaults] = useState<Schemas['ImportListBody']>();
  const send = async ({ by, values = '', file = [], until, list: name, what, reason, source }: Typed) => {
    const end = until ? { until: instantOf(until.format('YYYY-MM-DDTHH:mm')) } : {};
    const proposal: Proposal = { list: name, what, reason, source, ...end };
    const content = file[0]?.originFileObj;
    if (by === 'file' && content) {
      const taken = await importFile(proposal, content);
      await renew();
      if (taken.refused > 0) setFaults(taken);
      onProposed(taken.change.id);
    } else {
      const isPair = lists.find((one) => one.name === name)?.of === 'pair';
      const { id } = await propose(proposal, valuesOf(values, isPair));
      await renew();
      onProposed(id);
    }
    void message.success(t('lists.waits'));
  };
  return (
    <>
      <Writing<Typed>
        open={open}
        title={t('lists.propose')}
        initial={{ by: 'typing', what: 'add', ...(list ? { list } : {}) }}
        onSend={send}
        onClose={onClose}
        size={DRAWER_WIDTH}
      >
        <Fields lists={lists} />
      </Writing>
      {faults ? <Faults taken={faults} onClose={() => setFaults(undefined)} /> : null}
    </>
  );
}

function Fields({ lists }: { lists: GuardList[] }) {
  const { t, i18n } = useTranslation('guard');
  const common = useTranslation();
  const needed = [{ required: true, message: common.t('form.choose') }];
  return (
    <>
      <Form.Item name="list" label={t('lists.name')} rules={needed}>
        <Select options={lists.map(({ name, title }) => ({ value: name, label: textOf(title, i18n.language) }))} />
      </Form.Item>
      <Form.Item required name="what" label={t('lists.what')}>
        <Radio.Group options={KINDS.map((value) => ({ value, label: t(`lists.${value}`) }))} />
      </Form.Item>
      <Form.Item required name="by" label={t('lists.by')}>
        <Radio.Group
          options={[
            { value: 'typing', label: t('lists.typing') },
            { value: 'file', label: t('lists.file') },
          ]}
        />
      </Form.Item>
      <Form.Item noStyle dependencies={['by', 'list']}>
        {(form) => {
          const isPair = lists.find((one) => one.name === form.getFieldValue('list'))?.of === 'pair';
          return form.getFieldValue('by') === 'file' ? (
            <Form.Item
              name="file"
              label={t('lists.file')}
              extra={t('lists.fileHint')}
              rules={needed}
              valuePropName="fileList"
              getValueFromEvent={({ fileList }: { fileList: UploadFile[] }) => fileList.slice(-1)}
            >
              <Upload beforeUpload={() => false} accept=".csv,.xlsx" maxCount={1}>
                <Button>{t('lists.choose')}</Button>
              </Upload>
            </Form.Item>
          ) : (
            <Words
              name="values"
              label={t('lists.values')}
              extra={t(isPair ? 'lists.pairHint' : 'lists.valuesHint')}
              rows={6}
              charsMax={VALUES_CHARS_MAX}
            />
          );
        }}
      </Form.Item>
      <Words
        name="reason"
        label={t('lists.reason')}
        extra={t('open.reasonHint')}
        rows={2}
        charsMax={REASON_CHARS_MAX}
      />
      <Form.Item
        name="source"
        label={t('lists.source')}
        extra={t('lists.sourceHint')}
        rules={[{ required: true, whitespace: true, message: common.t('form.write') }]}
      >
        <Input maxLength={SOURCE_CHARS_MAX} autoComplete="off" />
      </Form.Item>
      <Form.Item name="until" label={t('lists.until')} extra={t('lists.untilHint')}>
        <DatePicker minDate={dayjs().add(1, 'day')} />
      </Form.Item>
    </>
  );
}

interface FaultsProps {
  taken: Schemas['ImportListBody'];
  onClose: () => void;
}

/** Faults without end are read in pages. */
const FAULTS_ON_PAGE = 10;

function Faults({ taken, onClose }: FaultsProps) {
  const { t, i18n } = useTranslation('guard');
  const { faults, refused } = taken;
  const save = () => {
    const rows = faults.map(({ line, reason }) => [line, textOf(reason, i18n.language)]);
    saveFile(csvOf([[t('lists.line'), t('lists.fault')], ...rows]), 'errors.csv');
  };
  return (
    <Alert
      type="warning"
      showIcon
      role="alert"
      closable={{ onClose }}
      title={t('lists.refused', { count: refused })}
      action={
        <Button size="small" onClick={save}>
          {t('lists.saveFaults')}
        </Button>
      }
      description={
        <Table
          size="small"
          aria-label={t('lists.faults')}
          dataSource={faults}
          rowKey={(row) => `${row.line} ${row.reason.en}`}
          pagination={faults.length > FAULTS_ON_PAGE ? { pageSize: FAULTS_ON_PAGE, showSizeChanger: false } : false}
          columns={[
            { key: 'line', title: t('lists.line'), dataIndex: 'line', align: 'right', width: 80 },
            { key: 'fault', title: t('lists.fault'), render: (_, row) => textOf(row.reason, i18n.language) },
          ]}
        />
      }
    />
  );
}
