//! A field for an expression: plain text with the names that fit the word before the caret, chosen with the keys.
//!
//! Shows the stretch that a fault means. A list under a text field serves here as well as an editor and weighs nothing.

import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { textOf } from '../../../lib/text.ts';
import { type Completion, complete, type Named } from './completion.ts';
import styles from './scenarios.module.css';

interface ExpressionFieldProps {
  id?: string;
  value?: string;
  onChange?: (value: string) => void;
  names: readonly Named[];
  /** The stretch that a fault means. */
  stretch?: [start: number, end: number] | undefined;
  label: string;
  isLocked?: boolean;
}

/** As long as the server takes an expression. */
const CHARS_MAX = 16_384;

export function ExpressionField(props: ExpressionFieldProps) {
  const { id, value = '', onChange, names, stretch, label, isLocked = false } = props;
  const { t, i18n } = useTranslation('guard');
  const list = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [offer, setOffer] = useState<Completion>();
  const [chosen, setChosen] = useState(0);
  const at = Math.min(chosen, (offer?.offers.length ?? 1) - 1);

  const take = (name: string | undefined) => {
    const area = field.current;
    if (!name || !offer || !area) return;
    const caret = offer.start + name.length;
    onChange?.(value.slice(0, offer.start) + name + value.slice(area.selectionStart));
    setOffer(undefined);
    // The caret stands behind the name once the field has been drawn with it.
    requestAnimationFrame(() => {
      area.focus();
      area.setSelectionRange(caret, caret);
    });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!offer || event.nativeEvent.isComposing) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) setChosen((at + step + offer.offers.length) % offer.offers.length);
    else if (event.key === 'Enter' || event.key === 'Tab') take(offer.offers[at]?.name);
    else if (event.key === 'Escape') setOffer(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={styles.expression}>
      <textarea
        ref={field}
        id={id}
        className={styles.code}
        rows={Math.min(8, Math.max(2, value.split('\n').length))}
        maxLength={CHARS_MAX}
        spellCheck={false}
        readOnly={isLocked}
        value={value}
        aria-label={label}
        aria-autocomplete="list"
        aria-controls={offer ? list : undefined}
        aria-activedescendant={offer ? `${list}-${at}` : undefined}
        onChange={(event) => {
          const { value: next, selectionStart } = event.target;
          onChange?.(next);
          setOffer(complete(next, selectionStart, names));
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setOffer(undefined)}
      />
      {offer ? (
        <div className={styles.offers} role="listbox" id={list} aria-label={t('scenario.names')}>
          {offer.offers.map(({ name, kind, title }, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the field that owns this list
            <div
              key={name}
              id={`${list}-${index}`}
              role="option"
              tabIndex={-1}
              aria-label={name}
              aria-description={[kind, title ? textOf(title, i18n.language) : ''].filter(Boolean).join(' · ')}
              aria-selected={index === at}
              className={styles.offer}
              // Before the field loses the focus.
              onMouseDown={(event) => {
                event.preventDefault();
                take(name);
              }}
              onClick={() => take(name)}
            >
              {name}
              <span className={styles.told}>
                {[kind, title ? textOf(title, i18n.language) : ''].filter(Boolean).join(' · ')}
              </span>
            </div>
          ))}
        </div>
      ) : null}
      {stretch ? <Stretch text={value} stretch={stretch} /> : null}
    </div>
  );
}

/** The expression with the stretch that is meant. */
function Stretch({ text, stretch: [start, end] }: { text: string; stretch: [number, number] }) {
  const chars = [...text];
  const part = (from: number, to?: number) => chars.slice(from, to).join('');
  return (
    <pre className={styles.stretch}>
      {part(0, start)}
      <mark>{part(start, end) || '␣'}</mark>
      {part(end)}
    </pre>
  );
}
