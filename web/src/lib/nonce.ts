//! The word by which the browser knows our style sheets from ones that were slipped in.
//!
//! The server writes a fresh one into each page. Some parts of the component library make style elements without it,
//! so elements made by script get it here; markup that somebody managed to insert still does not.

let known: string | undefined;

/** The nonce of this page, given to every style element that scripts make from now on. */
export function nonce(): string | undefined {
  if (known !== undefined) return known;
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
  known = meta?.nonce || undefined;
  if (known) bless(known);
  return known;
}

function bless(value: string): void {
  const make = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = make(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = value;
    return element;
  }) as typeof document.createElement;
}
