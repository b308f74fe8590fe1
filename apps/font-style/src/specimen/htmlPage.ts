const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Makes a text safe to stand in markup, in quoted attributes too. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => entities[sign]!);

/** The address of bytes that stand in the page itself. */
export const dataAddress = (type: string, bytes: Uint8Array): string =>
  `data:${type};base64,${Buffer.from(bytes).toString('base64')}`;

/** Parts of a page. */
export interface HtmlPageOptions {
  /** Plain text. */
  readonly title: string;
  /** BCP 47, such as `zh-Hans`; it decides which forms of characters a browser falls back to. */
  readonly language: string;
  readonly style: string;
  /** Markup. */
  readonly body: string;
}

/** Puts a page together that needs nothing else. */
export const htmlPage = ({ title, language, style, body }: HtmlPageOptions): string =>
  `<!doctype html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem; background: #fff; color: #111;
  font-family: system-ui, sans-serif; }
h1 { font-size: 1.4rem; }
h2 { font-size: 1rem; font-weight: normal; color: #666; border-bottom: 1px solid #ddd; }
${style}
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
${body}
</body>
</html>
`;
