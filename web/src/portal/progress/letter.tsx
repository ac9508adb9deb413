//! A letter as it went out, to read here or to print.

import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { printSheet, showSheet } from '../../lib/sheet.ts';
import { momentOf } from '../../lib/time.ts';
import { Action } from '../parts/button.tsx';
import type { Matter } from './own-matter.tsx';

export function Letter({ letter }: { letter: Matter['letters'][number] }) {
  const { t } = useTranslation('portal');
  const [isOpen, setOpen] = useState(false);
  const host = useRef<HTMLDivElement>(null);
  const { html } = letter;
  useEffect(() => {
    if (isOpen && html && host.current) showSheet(host.current, html);
  }, [isOpen, html]);
  return (
    <section className="letter">
      <h3>{t(`letter.${letter.kind}`)}</h3>
      <p className="hint">{t('own.delivered', { at: momentOf(letter.delivered_at) })}</p>
      {html ? (
        <div className="row">
          <Action aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {isOpen ? t('own.closeLetter') : t('own.openLetter')}
          </Action>
          <Action onClick={() => printSheet(html)}>{t('receipt.print')}</Action>
        </div>
      ) : null}
      {isOpen ? <div ref={host} className="sheet" /> : null}
    </section>
  );
}
