//! Taking a list out as a file, masked; in clear for a reason, which is kept with who took it.

import { DownloadOutlined } from '@ant-design/icons';
import { Button, Checkbox, Input, Popover, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client.ts';
import { holds, useSession } from '../../../api/session.ts';
import { saveFile } from '../../../lib/save-file.ts';
import { dateOf } from '../../../lib/time.ts';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { fetchList } from './data.ts';

type Format = Schemas['GuardExportFormat'];

const FORMATS = ['xlsx', 'csv'] as const satisfies Format[];
const REASON_CHARS_MAX = 500;

interface ExportListProps {
  /** The list's name in expressions, and the one on screen. */
  list: string;
  title: string;
}

export function ExportList({ list, title }: ExportListProps) {
  const { t } = useTranslation('guard');
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      destroyOnHidden
      content={<ExportForm list={list} onDone={() => setOpen(false)} />}
    >
      <Button
        size="small"
        icon={<DownloadOutlined />}
        aria-expanded={isOpen}
        aria-label={t('lists.exportOf', { list: title })}
      >
        {t('lists.export')}
      </Button>
    </Popover>
  );
}

function ExportForm({ list, onDone }: { list: string; onDone: () => void }) {
  const { t } = useTranslation('guard');
  const mayReveal = holds(useSession(), 'guard.export.reveal');
  const [format, setFormat] = useState<Format>('xlsx');
  const [isClear, setClear] = useState(false);
  const [reason, setReason] = useState('');
  const submission = useSubmit();
  const isMissing = isClear && reason.trim() === '';
  const send = async () => {
    const done = await submission.run(async () => {
      const file = await fetchList(list, format, isClear ? reason.trim() : undefined);
      saveFile(file, `${list}-${dateOf(new Date())}.${format}`);
    });
    if (done) onDone();
  };
  return (
    <div style={{ display: 'flex', flexDirection: 'column', gap: 8, width: 280 }}>
      <div>{t('lists.exportHint')}</div>
      <Radio.Group
        aria-label={t('lists.format')}
        value={format}
        onChange={(event) => setFormat(event.target.value as Format)}
        options={FORMATS.map((one) => ({ value: one, label: t(`lists.${one}`) }))}
      />
      {mayReveal ? (
        <Checkbox checked={isClear} onChange={(event) => setClear(event.target.checked)}>
          {t('lists.clear')}
        </Checkbox>
      ) : null}
      {isClear ? (
        <Input.TextArea
          aria-label={t('lists.reason')}
          placeholder={t('lists.reason')}
          maxLength={REASON_CHARS_MAX}
          autoSize={{ minRows: 2, maxRows: 4 }}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      ) : null}
      <div aria-live="polite">{submission.problem ? <ProblemNotice error={submission.problem} /> : null}</div>
      <Button
        type="primary"
        loading={submission.busy}
        disabled={isMissing}
        title={isMissing ? t('lists.reasonFirst') : undefined}
        onClick={() => void send()}
      >
        {t('lists.save')}
      </Button>
    </div>
  );
}
