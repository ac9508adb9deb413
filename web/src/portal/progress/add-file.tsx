//! Adding photos or papers to a matter that is filed already.

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { sendPhoto } from '../filing/send.ts';
import { fitting } from '../filing/shrink.ts';
import { Action } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import type { PartProps } from './own-matter.tsx';
import { useSending } from './use-sending.ts';

export function AddFile({ matter, onChange, onDone }: PartProps) {
  const { t } = useTranslation('portal');
  const [files, setFiles] = useState<File[]>([]);
  const { busy, problem, send } = useSending();
  const submit = async () => {
    const sent = await send(async () => {
      let { token } = matter;
      for (const file of files) {
        const { blob, name } = await fitting(file);
        const next = await sendPhoto(token, blob, name);
        token = next.token;
        onChange(next);
        setFiles((before) => before.filter((one) => one !== file));
      }
    });
    if (sent) onDone();
  };
  return (
    <>
      <ul>
        {files.map((file, at) => (
          // Telephones give every photo the same name.
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no other name and are never moved
          <li key={at}>{file.name}</li>
        ))}
      </ul>
      <label className="action plain">
        {t('file.addPhoto')}
        <input
          className="hidden"
          type="file"
          accept="image/*,application/pdf"
          multiple
          onChange={(event) => setFiles([...(event.target.files ?? [])])}
        />
      </label>
      {problem ? <Notice problem={problem} /> : null}
      <div className="row">
        <Action onClick={onDone}>{t('file.back')}</Action>
        <Action kind="main" busy={busy} disabled={files.length === 0} onClick={() => void submit()}>
          {t('own.sendFiles')}
        </Action>
      </div>
    </>
  );
}
