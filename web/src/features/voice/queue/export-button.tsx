//! Taking the list out as a file, masked; in clear for a reason, which leaves a trace on every order.

import { DownloadOutlined } from '@ant-design/icons';
import { Button, Checkbox, Popover, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { holds, useSession } from '../../../api/session.ts';
import { saveFile } from '../../../lib/save-file.ts';
import { dateOf } from '../../../lib/time.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import type { Filters } from './filters.ts';
import styles from './queue-page.module.css';

const FORMATS = ['xlsx', 'csv'] as const satisfies Schemas['ExportFormat'][];
const GROUNDS = ['contact', 'verification', 'authority', 'audit'] as const satisfies Schemas['RevealGround'][];

export function ExportButton({ filters }: { filters: Filters }) {
  const { t } = useTranslation('voice');
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      content={<ExportForm filters={filters} onDone={() => setOpen(false)} />}
    >
      <Button icon={<DownloadOutlined />} aria-expanded={isOpen}>
        {t('export.title')}
      </Button>
    </Popover>
  );
}

interface ExportFormProps {
  filters: Filters;
  onDone: () => void;
}

function ExportForm({ filters, onDone }: ExportFormProps) {
  const { t } = useTranslation('voice');
  const mayReveal = holds(useSession(), 'voice.order.reveal');
  const [format, setFormat] = useState<Schemas['ExportFormat']>('xlsx');
  const [isClear, setClear] = useState(false);
  const [ground, setGround] = useState<Schemas['RevealGround']>();
  const submission = useSubmit();
  const send = async () => {
    const done = await submission.run(async () => {
      saveFile(
        await fetchList(filters, format, isClear ? ground : undefined),
        `orders-${dateOf(new Date())}.${format}`,
      );
    });
    if (done) onDone();
  };
  const isMissing = isClear && !ground;
  return (
    <div className={styles.export}>
      <p className={styles.under}>{t('export.hint')}</p>
      <Radio.Group
        aria-label={t('export.format')}
        value={format}
        onChange={(event) => setFormat(event.target.value as Schemas['ExportFormat'])}
        options={FORMATS.map((one) => ({ value: one, label: t(`export.${one}`) }))}
      />
      {mayReveal ? (
        <Checkbox checked={isClear} onChange={(event) => setClear(event.target.checked)}>
          {t('export.clear')}
        </Checkbox>
      ) : null}
      {isClear ? (
        <Radio.Group
          aria-label={t('export.ground')}
          className={styles.grounds}
          value={ground}
          onChange={(event) => setGround(event.target.value as Schemas['RevealGround'])}
          options={GROUNDS.map((one) => ({ value: one, label: t(`reveal.${one}`) }))}
        />
      ) : null}
      <div aria-live="polite">{submission.problem ? <ProblemNotice error={submission.problem} /> : null}</div>
      <Button
        type="primary"
        loading={submission.busy}
        disabled={isMissing}
        title={isMissing ? t('export.groundFirst') : undefined}
        onClick={() => void send()}
      >
        {t('export.save')}
      </Button>
    </div>
  );
}

async function fetchList(
  filter: Filters,
  format: Schemas['ExportFormat'],
  ground: Schemas['RevealGround'] | undefined,
): Promise<Blob> {
  const body = { format, list: { kind: 'orders' as const, filter }, ...(ground ? { in_clear: ground } : {}) };
  return (await ok(api.POST('/api/voice/exports', { body, parseAs: 'blob' }))) as unknown as Blob;
}
