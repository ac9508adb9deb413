//! Fields of the portal: a question in words, room for the answer, and what is wrong beside it.

import { type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes, useId } from 'react';

interface Around {
  label: string;
  hint?: ReactNode;
  fault?: string | undefined;
}

interface FrameProps extends Around {
  id: string;
  children: ReactNode;
}

function Frame({ id, label, hint, fault, children }: FrameProps) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint ? (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
      {children}
      {fault ? (
        <p className="fault" id={`${id}-fault`} role="alert">
          {fault}
        </p>
      ) : null}
    </div>
  );
}

function described(id: string, { hint, fault }: Around): string | undefined {
  return [hint ? `${id}-hint` : '', fault ? `${id}-fault` : ''].filter(Boolean).join(' ') || undefined;
}

type TextFieldProps = Around &
  Omit<InputHTMLAttributes<HTMLInputElement>, 'id' | 'onChange'> & { onText: (text: string) => void };

export function TextField({ label, hint, fault, onText, ...input }: TextFieldProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} fault={fault}>
      <input
        id={id}
        aria-invalid={fault !== undefined}
        aria-describedby={described(id, { label, hint, fault })}
        onChange={(event) => onText(event.target.value)}
        {...input}
      />
    </Frame>
  );
}

type AreaFieldProps = Around &
  Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'id' | 'onChange'> & { onText: (text: string) => void };

export function AreaField({ label, hint, fault, onText, ...area }: AreaFieldProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} fault={fault}>
      <textarea
        id={id}
        aria-invalid={fault !== undefined}
        aria-describedby={described(id, { label, hint, fault })}
        onChange={(event) => onText(event.target.value)}
        {...area}
      />
    </Frame>
  );
}

interface ChoiceFieldProps<T extends string> extends Around {
  name: string;
  value: T | undefined;
  options: { value: T; label: string; note?: string }[];
  onChoose: (value: T) => void;
}

export function ChoiceField<T extends string>({
  label,
  hint,
  fault,
  name,
  value,
  options,
  onChoose,
}: ChoiceFieldProps<T>) {
  const id = useId();
  return (
    <fieldset className="field" aria-describedby={described(id, { label, hint, fault })}>
      <legend>{label}</legend>
      {hint ? (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
      <div className="choices">
        {options.map((option) => (
          <label key={option.value} className="choice" data-chosen={option.value === value}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChoose(option.value)}
            />
            <span>
              {option.label}
              {option.note ? <small>{option.note}</small> : null}
            </span>
          </label>
        ))}
      </div>
      {fault ? (
        <p className="fault" id={`${id}-fault`} role="alert">
          {fault}
        </p>
      ) : null}
    </fieldset>
  );
}
