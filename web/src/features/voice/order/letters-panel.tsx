//! The letters of an order: what is owed, what went out and how, a preview, and the print for the envelope.

import { useQuery } from '@tanstack/react-query';
import { Button, Modal, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { printSheet } from '../../../lib/sheet.ts';
import { momentOf } from '../../../lib/time.ts';
import { Loaded, Nothing } from '../../../parts/loaded.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { MoodTag } from '../../../ui/mood.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { Sheet } from '../../../ui/sheet.tsx';
import type { Order } from '../data.ts';
import styles from './order-page.module.css';

type Letter = Schemas['LetterBody'];

export function LettersPanel({ order }: { order: Order }) {
  const { t } = useTranslation('voice');
  const [shown, setShown] = useState<Letter>();
  return (
    <Panel title={t('letters.title')} flush>
      {order.letters.length === 0 ? <Nothing>{t('letters.none')}</Nothing> : null}
      <ul className={styles.list}>
        {order.letters.map((letter) => (
          <li key={letter.id}>
            <div className={styles.line}>
              <span className={styles.grow}>{t(`letter.${letter.kind}`)}</span>
              <Button size="small" onClick={() => setShown(letter)}>
                {t('letters.preview')}
              </Button>
            </div>
            <div className={styles.quiet}>
              {letter.delivered_at && letter.means
                ? t('letters.delivered', { at: momentOf(letter.delivered_at), means: t(`means.${letter.means}`) })
                : null}
              {letter.is_owed ? <MoodTag mood="soon">{t('letters.owed')}</MoodTag> : null}
            </div>
          </li>
        ))}
      </ul>
      <Modal
        open={shown !== undefined}
        onCancel={() => setShown(undefined)}
        footer={null}
        title={shown ? t(`letter.${shown.kind}`) : ''}
        width={760}
        destroyOnHidden
      >
        {shown ? <Preview order={order} letter={shown} /> : null}
      </Modal>
    </Panel>
  );
}

interface PreviewProps {
  order: Order;
  letter: Letter;
}

function Preview({ order, letter }: PreviewProps) {
  const { t } = useTranslation('voice');
  const [language, setLanguage] = useState<Schemas['LetterLanguage']>('zh');
  const params = { path: { id: order.id, letter: letter.id }, query: { language } };
  const query = useQuery({
    queryKey: ['voice', 'order', order.id, 'letter', letter.id, language, order.version],
    queryFn: () => ok(api.GET('/api/voice/orders/{id}/letters/{letter}', { params, parseAs: 'text' })),
  });
  const submission = useSubmit();
  const print = () =>
    submission.run(async () => {
      printSheet(await ok(api.POST('/api/voice/orders/{id}/letters/{letter}/print', { params, parseAs: 'text' })));
    });
  return (
    <>
      <div className={styles.line} style={{ marginBottom: 12 }}>
        <Segmented
          aria-label={t('notify.language')}
          value={language}
          onChange={setLanguage}
          disabled={letter.delivered_at !== undefined && letter.delivered_at !== null}
          options={(['zh', 'en'] as const).map((one) => ({ value: one, label: t(`notify.${one}`) }))}
        />
        <span className={styles.grow} />
        <Button onClick={() => void print()} loading={submission.busy}>
          {t('letters.print')}
        </Button>
      </div>
      <p className={styles.quiet}>{t('letters.printHint')}</p>
      {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
      <Loaded query={query} rows={10}>
        {(html) => <Sheet html={html} label={t(`letter.${letter.kind}`)} />}
      </Loaded>
    </>
  );
}
