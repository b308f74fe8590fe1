/** Markup that is safe to put into a page as it is. */
export interface SafeHtml {
  readonly safeHtml: string;
}

/** What may stand in a template: text and numbers are escaped, `undefined` and `false` vanish. */
export type HtmlPart = SafeHtml | string | number | undefined | false | readonly HtmlPart[];

/**
 * A template for markup that escapes all that is put into it, in texts and in quoted attributes.
 * Only what came out of such a template goes in as it is.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): SafeHtml {
  const safeHtml = strings.reduce(
    (text, string, index) => text + (index === 0 ? '' : insert(parts[index - 1])) + string,
    '',
  );
  return { safeHtml };
}

/** Vouches for markup that a program made, such as an SVG of a plot. */
export const trustedHtml = (markup: string): SafeHtml => ({ safeHtml: markup });

/** JSON for a `<script type="application/json">`: no text in it can end the element. */
export const scriptJson = (value: unknown): SafeHtml =>
  trustedHtml(JSON.stringify(value).replace(/</g, '\\u003c'));

function insert(part: HtmlPart): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return 'safeHtml' in part ? part.safeHtml : part.map(insert).join('');
}

/** Text for the inside of an element or of a quoted attribute. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => entities[character]!);

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
