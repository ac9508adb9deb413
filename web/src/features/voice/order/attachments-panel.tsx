//! The files of an order. Opening one is noted in the history, so pictures are fetched when one or all are asked for, not before.

import { Button, Modal } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok, type Schemas } from '../../../api/client.ts';
import { saveFile } from '../../../lib/save-file.ts';
import { Nothing } from '../../../parts/loaded.tsx';
import { ProblemNotice } from '../../../parts/problem-notice.tsx';
import { useSubmit } from '../../../parts/submit.ts';
import { Panel } from '../../../ui/panel.tsx';
import type { Order } from '../data.ts';
import { stateOf } from './acts.ts';
import styles from './order-page.module.css';

type File = Schemas['AttachmentBody'];

/** Media that a browser shows by itself without running anything. */
const PICTURES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif'];

export function AttachmentsPanel({ order }: { order: Order }) {
  const { t } = useTranslation('voice');
  const [pictures, setPictures] = useState<ReadonlyMap<string, string>>(new Map());
  const [seen, setSeen] = useState<File>();
  const submission = useSubmit();
  const { allowed, reason } = stateOf(order, 'read_attachment');

  // A picture that was fetched stays as the file's thumbnail until the page is left.
  const urls = useRef<string[]>([]);
  useEffect(() => {
    const kept = urls.current;
    return () => {
      for (const url of kept) URL.revokeObjectURL(url);
    };
  }, []);

  const keep = (file: File, blob: Blob) => {
    const url = URL.createObjectURL(blob);
    urls.current.push(url);
    setPictures((before) => new Map(before).set(file.id, url));
  };
  const open = (file: File) =>
    submission.run(async () => {
      if (!pictures.has(file.id)) {
        const blob = await fetchFile(order.id, file.id);
        if (!PICTURES.includes(file.media)) return saveFile(blob, file.name);
        keep(file, blob);
      }
      setSeen(file);
    });
  const unseen = order.attachments.filter((file) => PICTURES.includes(file.media) && !pictures.has(file.id));
  // One after the other: each is noted by itself, and one that fails leaves the others.
  const openAll = () =>
    submission.run(async () => {
      for (const file of unseen) keep(file, await fetchFile(order.id, file.id));
    });

  return (
    <Panel
      title={t('attachments.title')}
      flush
      extra={
        <>
          {allowed && unseen.length > 0 ? (
            <Button
              size="small"
              loading={submission.busy}
              title={t('attachments.thumbsHint')}
              onClick={() => void openAll()}
            >
              {t('attachments.thumbs')}
            </Button>
          ) : null}
          {order.attachments.length > 0 ? order.attachments.length : null}
        </>
      }
    >
      {order.attachments.length === 0 ? <Nothing>{t('attachments.none')}</Nothing> : null}
      {submission.problem ? <ProblemNotice error={submission.problem} /> : null}
      <ul className={styles.list}>
        {order.attachments.map((file) => (
          <li key={file.id} className={styles.line} style={{ alignItems: 'center' }}>
            <Thumb file={file} url={pictures.get(file.id)} />
            <div className={styles.grow}>
              {file.name}
              <div className={styles.quiet}>{`${t(`purpose.${file.purpose}`)} · ${sizeText(file.size)}`}</div>
            </div>
            <Button
              size="small"
              disabled={!allowed}
              title={allowed ? undefined : reason}
              onClick={() => void open(file)}
            >
              {PICTURES.includes(file.media) ? t('attachments.view') : t('attachments.save')}
            </Button>
          </li>
        ))}
      </ul>
      <Modal open={seen !== undefined} onCancel={() => setSeen(undefined)} footer={null} title={seen?.name} width={820}>
        {seen ? <img className={styles.picture} src={pictures.get(seen.id)} alt={seen.name} /> : null}
      </Modal>
    </Panel>
  );
}

function Thumb({ file, url }: { file: File; url: string | undefined }) {
  return (
    <span className={styles.thumb} aria-hidden="true">
      {url ? <img src={url} alt="" /> : file.media.split('/').at(-1)?.split('.').at(-1)?.slice(0, 4).toUpperCase()}
    </span>
  );
}

async function fetchFile(id: string, attachment: string): Promise<Blob> {
  const asked = api.GET('/api/voice/orders/{id}/attachments/{attachment}', {
    params: { path: { id, attachment } },
    parseAs: 'blob',
  });
  return (await ok(asked)) as unknown as Blob;
}

const KIB = 1024;

/** `340 KB`, `2.1 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < KIB) return `${bytes} B`;
  if (bytes < KIB * KIB) return `${Math.round(bytes / KIB)} KB`;
  return `${(bytes / KIB / KIB).toFixed(1)} MB`;
}
