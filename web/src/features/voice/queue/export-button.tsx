//! Taking the queue out as a file, as it is filtered now; in clear for a ground, which leaves a trace on every order.

import { Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { holds, useSession } from '../../../api/session.ts';
import { ExportButton, type ExportFormat } from '../../../parts/export-form.tsx';
import type { Filters } from './filters.ts';
import styles from './queue-page.module.css';

type Ground = Schemas['RevealGround'];

const GROUNDS = ['contact', 'verification', 'authority', 'audit'] as const satisfies Ground[];

export function ExportQueue({ filters }: { filters: Filters }) {
  const { t } = useTranslation('voice');
  const mayReveal = holds(useSession(), 'voice.order.reveal');
  const clear = {
    label: t('export.clear'),
    missing: t('export.groundFirst'),
    why: (ground: Ground | undefined, onChange: (ground: Ground) => void) => (
      <Radio.Group
        aria-label={t('export.ground')}
        className={styles.grounds}
        value={ground}
        onChange={(event) => onChange(event.target.value as Ground)}
        options={GROUNDS.map((one) => ({ value: one, label: t(`reveal.${one}`) }))}
      />
    ),
  };
  return (
    <ExportButton<Ground>
      name="orders"
      label={t('export.title')}
      hint={t('export.hint')}
      {...(mayReveal ? { clear } : {})}
      fetch={(format, ground) => fetchList(filters, format, ground)}
    />
  );
}

async function fetchList(filter: Filters, format: ExportFormat, ground: Ground | undefined): Promise<Blob> {
  const body = { format, list: { kind: 'orders' as const, filter }, ...(ground ? { in_clear: ground } : {}) };
  return (await ok(api.POST('/api/voice/exports', { body, parseAs: 'blob' }))) as unknown as Blob;
}
