//! Taking a list of the guard out as a file; in clear for a reason in words, which is kept with who took it.

import { Input } from 'antd';
import { useTranslation } from 'react-i18next';
import { holds, useSession } from '../../../api/session.ts';
import { ExportButton } from '../../../parts/export-form.tsx';
import { fetchList } from './data.ts';

const REASON_CHARS_MAX = 500;

interface ExportListProps {
  /** The list's name in expressions, and the one on screen. */
  list: string;
  title: string;
}

export function ExportList({ list, title }: ExportListProps) {
  const { t } = useTranslation('guard');
  const mayReveal = holds(useSession(), 'guard.export.reveal');
  const clear = {
    label: t('lists.clear'),
    missing: t('lists.reasonFirst'),
    why: (reason: string | undefined, onChange: (reason: string | undefined) => void) => (
      <Input.TextArea
        aria-label={t('lists.reason')}
        placeholder={t('lists.reason')}
        maxLength={REASON_CHARS_MAX}
        autoSize={{ minRows: 2, maxRows: 4 }}
        value={reason ?? ''}
        onChange={(event) => onChange(event.target.value.trim() === '' ? undefined : event.target.value)}
      />
    ),
  };
  return (
    <ExportButton<string>
      name={list}
      label={t('lists.export')}
      button={{ size: 'small', 'aria-label': t('lists.exportOf', { list: title }) }}
      hint={t('lists.exportHint')}
      {...(mayReveal ? { clear } : {})}
      fetch={(format, reason) => fetchList(list, format, reason?.trim())}
    />
  );
}
