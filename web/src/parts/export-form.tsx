//! Taking a list out as a file: masked; in clear for a reason, which the server keeps with who took it.

import { DownloadOutlined } from '@ant-design/icons';
import { Button, type ButtonProps, Checkbox, Popover, Radio } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saveFile } from '../lib/save-file.ts';
import { dateOf } from '../lib/time.ts';
import styles from './export-form.module.css';
import { ProblemNotice } from './problem-notice.tsx';
import { useSubmit } from './submit.ts';

const FORMATS = ['xlsx', 'csv'] as const;
export type ExportFormat = (typeof FORMATS)[number];

interface ExportFormProps<R> {
  /** What the file is called, without its day and its ending. */
  name: string;
  hint: string;
  /** Offered to who may see what is sealed. */
  clear?: {
    /** What is in clear then. */
    label: string;
    /** Asks why. */
    why: (value: R | undefined, onChange: (value: R | undefined) => void) => ReactNode;
    /** Said as long as nobody has said why. */
    missing: string;
  };
  fetch: (format: ExportFormat, why: R | undefined) => Promise<Blob>;
}

interface ExportButtonProps<R> extends ExportFormProps<R> {
  button?: ButtonProps;
  label: string;
}

/** The button that opens the question how; closed again when the file is there. */
export function ExportButton<R>({ button, label, ...form }: ExportButtonProps<R>) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      trigger="click"
      placement="bottomRight"
      destroyOnHidden
      content={<ExportForm {...form} onDone={() => setOpen(false)} />}
    >
      <Button icon={<DownloadOutlined />} aria-expanded={isOpen} {...button}>
        {label}
      </Button>
    </Popover>
  );
}

function ExportForm<R>({ name, hint, clear, fetch, onDone }: ExportFormProps<R> & { onDone: () => void }) {
  const { t } = useTranslation();
  const [format, setFormat] = useState<ExportFormat>('xlsx');
  const [isClear, setClear] = useState(false);
  const [why, setWhy] = useState<R>();
  const submission = useSubmit();
  const send = async () => {
    const done = await submission.run(async () => {
      saveFile(await fetch(format, isClear ? why : undefined), `${name}-${dateOf(new Date())}.${format}`);
    });
    if (done) onDone();
  };
  const isMissing = isClear && why === undefined;
  return (
    <div className={styles.form}>
      <p>{hint}</p>
      <Radio.Group
        aria-label={t('export.format')}
        value={format}
        onChange={(event) => setFormat(event.target.value as ExportFormat)}
        options={FORMATS.map((one) => ({ value: one, label: t(`export.${one}`) }))}
      />
      {clear ? (
        <Checkbox checked={isClear} onChange={(event) => setClear(event.target.checked)}>
          {clear.label}
        </Checkbox>
      ) : null}
      {clear && isClear ? clear.why(why, (next) => setWhy(() => next)) : null}
      <div aria-live="polite">{submission.problem ? <ProblemNotice error={submission.problem} /> : null}</div>
      <Button
        type="primary"
        loading={submission.busy}
        disabled={isMissing}
        title={isMissing ? clear?.missing : undefined}
        onClick={() => void send()}
      >
        {t('export.save')}
      </Button>
    </div>
  );
}
