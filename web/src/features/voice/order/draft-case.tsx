//! Making a teaching case of an order that was decided: what it teaches is written here, the rest the server takes over without
//! who and where.

import { useNavigate } from '@tanstack/react-router';
import { Button, Form, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '../../../api/client.ts';
import { holds, useSession } from '../../../api/session.ts';
import { REMARK_CHARS_MAX, Words } from '../../../parts/words-field.tsx';
import { Writing } from '../../../parts/writing.tsx';
import type { Order } from '../data.ts';

interface Fields {
  lessons: string;
  tags?: string[];
}

/** The button, for those who write cases. */
export function DraftCase({ order }: { order: Order }) {
  const { t } = useTranslation('oversee');
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const may = holds(useSession(), 'voice.case.write');
  if (!may || order.is_erased) return null;
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {t('case.draft')}
      </Button>
      <Writing<Fields>
        open={isOpen}
        title={t('case.draft')}
        onClose={() => setOpen(false)}
        onSend={async ({ lessons, tags = [] }) => {
          const made = await ok(api.POST('/api/voice/cases', { body: { order: order.id, lessons, tags } }));
          await navigate({ to: '/cases/$case', params: { case: made.id }, search: { draft: true } });
        }}
      >
        <p>{t('case.draftHint')}</p>
        <Words name="lessons" label={t('case.lessons')} rows={6} charsMax={REMARK_CHARS_MAX} />
        <Form.Item name="tags" label={t('case.tags')}>
          <Select mode="tags" open={false} suffixIcon={null} />
        </Form.Item>
      </Writing>
    </>
  );
}
