//! Photos and papers that belong to a matter: chosen or taken, seen small, and taken away again.

import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAbout } from '../fetched.ts';
import { Action } from '../parts/button.tsx';
import { addPhotos, PHOTOS_MAX, type Refused, removePhoto, usePhotos } from './photos.ts';

export function Photos() {
  const { t } = useTranslation('portal');
  const { about } = useAbout();
  const photos = usePhotos();
  const [refused, setRefused] = useState<Refused[]>([]);
  const id = useId();
  const isFull = photos.length >= PHOTOS_MAX;
  const add = async (files: File[]) => setRefused(await addPhotos(files, about?.file_bytes_max));
  return (
    <div className="field">
      <span className="label" id={`${id}-label`}>
        {t('file.ask.photos')}
      </span>
      <p className="hint" id={`${id}-hint`}>
        {t('file.hint.photos', { most: PHOTOS_MAX })}
      </p>
      <ul className="photos">
        {photos.map((photo) => (
          <li key={photo.id}>
            {photo.blob.type.startsWith('image/') ? (
              <img src={photo.url} alt={photo.name} />
            ) : (
              <span>{photo.name}</span>
            )}
            <Action onClick={() => void removePhoto(photo.id)}>{t('file.removePhoto', { name: photo.name })}</Action>
          </li>
        ))}
      </ul>
      <label className="action plain" data-disabled={isFull}>
        {t('file.addPhoto')}
        <input
          className="hidden"
          type="file"
          accept="image/*,application/pdf"
          multiple
          disabled={isFull}
          aria-describedby={`${id}-hint`}
          onChange={(event) => {
            void add([...(event.target.files ?? [])]);
            event.target.value = '';
          }}
        />
      </label>
      <div role="alert">
        {refused.map(({ name, why }, at) => (
          // Telephones give every photo the same name.
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no other name and are never moved
          <p key={at} className="fault">
            {t(`file.refused.${why}`, { name, most: PHOTOS_MAX })}
          </p>
        ))}
      </div>
    </div>
  );
}
