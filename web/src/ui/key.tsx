//! A key as it stands on the keyboard. Said by `aria-keyshortcuts` of what it works on, so not read a second time.

interface KeyProps {
  children: string;
}

export function Key({ children }: KeyProps) {
  return (
    <span className="key" aria-hidden="true">
      {children}
    </span>
  );
}
