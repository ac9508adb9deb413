//! Reads the page aloud where the device can; where it cannot, says so and how else to be helped.

import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Action } from './button.tsx';

/** A little slower than talk among friends. */
const RATE = 0.9;
/** A device that has not begun by then will not. */
const BEGIN_MS_MAX = 4_000;

function words(): string {
  const main = document.querySelector('main');
  // Only what is to be seen is read, and line by line, which `textContent` does not tell.
  return main?.innerText.replaceAll(/\s*\n+\s*/g, '。') ?? '';
}

export function Aloud() {
  const { t, i18n } = useTranslation('portal');
  const [state, setState] = useState<'silent' | 'waiting' | 'reading' | 'unable'>('silent');

  useEffect(() => () => window.speechSynthesis?.cancel(), []);
  useEffect(() => {
    if (state !== 'waiting') return;
    const timer = setTimeout(() => setState('unable'), BEGIN_MS_MAX);
    return () => clearTimeout(timer);
  }, [state]);

  const begin = () => {
    const voice = window.speechSynthesis;
    if (!voice || typeof SpeechSynthesisUtterance === 'undefined') return setState('unable');
    const said = new SpeechSynthesisUtterance(words());
    said.lang = i18n.language === 'en' ? 'en-GB' : 'zh-CN';
    said.rate = RATE;
    said.onstart = () => setState('reading');
    said.onend = () => setState('silent');
    said.onerror = (event) =>
      setState(event.error === 'canceled' || event.error === 'interrupted' ? 'silent' : 'unable');
    voice.cancel();
    voice.speak(said);
    setState('waiting');
  };
  const end = () => {
    window.speechSynthesis?.cancel();
    setState('silent');
  };
  const isOn = state === 'reading' || state === 'waiting';
  return (
    <>
      <Action onClick={isOn ? end : begin} aria-pressed={isOn}>
        {isOn ? t('aloud.stop') : t('aloud.read')}
      </Action>
      <span role="status" className={state === 'unable' ? 'aside' : 'hidden'}>
        {state === 'unable' ? t('aloud.unable') : ''}
      </span>
    </>
  );
}
