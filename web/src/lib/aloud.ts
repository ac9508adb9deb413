//! Reading aloud with the voice of the machine, where it has one. Must never send a text anywhere: the voice is the browser's.

import { useCallback, useEffect, useState } from 'react';
import { type Language, tagOf } from './language.ts';

/** A little slower than talk among friends. */
const RATE = 0.9;
/** A machine that has not begun by then will not. */
const BEGIN_MS_MAX = 4_000;

/** `unable` is said to whoever asked: another way must be shown then. */
export type AloudState = 'silent' | 'waiting' | 'reading' | 'unable';

export function useAloud(): { state: AloudState; read: (text: string, language: Language) => void; stop: () => void } {
  const [state, setState] = useState<AloudState>('silent');
  useEffect(() => () => window.speechSynthesis?.cancel(), []);
  useEffect(() => {
    if (state !== 'waiting') return;
    const timer = setTimeout(() => setState('unable'), BEGIN_MS_MAX);
    return () => clearTimeout(timer);
  }, [state]);
  const read = useCallback((text: string, language: Language) => {
    const voice = window.speechSynthesis;
    if (!voice || typeof SpeechSynthesisUtterance === 'undefined') return setState('unable');
    const said = new SpeechSynthesisUtterance(text);
    said.lang = tagOf(language);
    said.rate = RATE;
    said.onstart = () => setState('reading');
    said.onend = () => setState('silent');
    said.onerror = (event) =>
      setState(event.error === 'canceled' || event.error === 'interrupted' ? 'silent' : 'unable');
    voice.cancel();
    voice.speak(said);
    setState('waiting');
  }, []);
  const stop = useCallback(() => {
    window.speechSynthesis?.cancel();
    setState('silent');
  }, []);
  return { state, read, stop };
}
