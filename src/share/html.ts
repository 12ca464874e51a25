// HTML as tagged text: every value that is put in is escaped, unless it was made here.
// Never trusts a string.

export type Html = { readonly html: string }

type Part = Html | string | number | null | readonly Html[]

/** `null` puts in nothing. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: texts.map((text, n) => text + textOf(n < parts.length ? (parts[n] ?? null) : null)).join('') }
}

function textOf(part: Part): string {
  if (part === null) return ''
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  if ('html' in part) return part.html
  return part.map((each) => each.html).join('')
}

export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[sign] ?? sign)
