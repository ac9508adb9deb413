//! Shows and prints a page that the server set: with its own style, apart from ours, and with nothing that runs.
//!
//! Style elements in markup are refused by the page's policy, so the sheet's style is constructed; markup goes through
//! the browser's parser into a document of its own, where scripts never run.

/** What has no place in a sheet. */
const REFUSED = 'script, style, link, iframe, object, embed, base, meta';

/** Taken out before the markup is parsed: some browsers ask the policy about a style that is never applied. */
const STYLE = /<style\b[^>]*>([\s\S]*?)<\/style\s*>/gi;

/** The style and the content of a page. */
export function partsOf(html: string): { css: string; body: string; title: string } {
  const css = [...html.matchAll(STYLE)].map(([, rules]) => rules ?? '').join('\n');
  const page = new DOMParser().parseFromString(html.replaceAll(STYLE, ''), 'text/html');
  for (const element of page.querySelectorAll(REFUSED)) element.remove();
  return { css, body: page.body.innerHTML, title: page.title };
}

/** The size of text that a sheet's points were chosen for: what browsers begin with. */
const ROOT_PX = 16;

/**
 * The sheet's rules for a part of another page: what it says of its body applies to the frame, and its text grows with the
 * text of the page around it.
 */
export function framed(css: string): string {
  return css
    .replaceAll(/(^|[\s,{}])body(?=[\s{,.])/g, '$1.page')
    .replaceAll(/@page\s*\{[^}]*\}/g, '')
    .replaceAll(/(font(?:-size)?\s*:\s*)([\d.]+)px/g, (_, name, px) => `${name}${Number(px) / ROOT_PX}rem`);
}

/** Shows a page inside an element. */
export function showSheet(host: HTMLElement, html: string): void {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  const { css, body } = partsOf(html);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(framed(css));
  root.adoptedStyleSheets = [sheet];
  root.innerHTML = `<div class="page">${body}</div>`;
}

/** Prints a page in a frame of its own, which is taken away afterwards. */
export function printSheet(html: string): void {
  const { css, body, title } = partsOf(html);
  const frame = document.createElement('iframe');
  frame.style.display = 'none';
  document.body.append(frame);
  // A frame in the document has a window.
  const view = frame.contentWindow as (Window & typeof globalThis) | null;
  if (!view) return;
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(css);
  view.document.adoptedStyleSheets = [sheet];
  view.document.title = title;
  view.document.body.innerHTML = body;
  view.addEventListener('afterprint', () => frame.remove());
  view.print();
}
