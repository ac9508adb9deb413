//! Reads the page aloud where the device can; where it cannot, says so and how else to be helped.

import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useAloud } from '../../lib/aloud.ts';
import type { Language } from '../../lib/language.ts';
import { useHere } from '../address.ts';
import { Action } from './button.tsx';

function words(): string {
  const main = document.querySelector('main');
  // Only what is to be seen is read, and line by line, which `textContent` does not tell.
  return main?.innerText.replaceAll(/\s*\n+\s*/g, '。') ?? '';
}

export function Aloud() {
  const { t, i18n } = useTranslation('portal');
  const { state, read, stop } = useAloud();
  const path = useHere();
  // Another page is another text.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it falls silent when the page changes
  useEffect(() => stop, [path, stop]);
  const isOn = state === 'reading' || state === 'waiting';
  return (
    <>
      <Action onClick={isOn ? stop : () => read(words(), i18n.language as Language)} aria-pressed={isOn}>
        {isOn ? t('aloud.stop') : t('aloud.read')}
      </Action>
      <span role="status" className={state === 'unable' ? 'aside' : 'hidden'}>
        {state === 'unable' ? t('aloud.unable') : ''}
      </span>
    </>
  );
}
