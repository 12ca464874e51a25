// The links of a Markdown page that point into this repository, and the anchors that its headings make.
// Never fetches anything: addresses elsewhere are not looked at.

/** Targets of links and images, as written; what stands in code is not a link. */
export function relativeLinks(markdown: string): string[] {
  const prose = withoutCode(markdown)
  const shapes = [/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g, /^\[[^\]]+\]:\s*(\S+)/gm, /\b(?:href|src)="([^"]+)"/g]
  return shapes
    .flatMap((shape) => [...prose.matchAll(shape)].map((found) => found[1] ?? ''))
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target) && !target.startsWith('//'))
}

/** As GitHub makes them: lower case, punctuation dropped, spaces to hyphens, repeats numbered. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>()
  const headings = [...withoutFences(markdown).matchAll(/^#{1,6}[ \t]+(.+?)[ \t]*#*$/gm)].map((found) => found[1] ?? '')
  const made = headings.map((heading) => {
    const slug = heading
      .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(/\s/g, '-')
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    return count === 0 ? slug : `${slug}-${count}`
  })
  return [...made, ...[...markdown.matchAll(/<a (?:id|name)="([^"]+)"/g)].map((found) => found[1] ?? '')]
}

const withoutFences = (markdown: string): string => markdown.replaceAll(/^([ \t]*)(`{3,}|~{3,})[\s\S]*?^\1\2[ \t]*$/gm, '')

const withoutCode = (markdown: string): string => withoutFences(markdown).replaceAll(/(`+)[^`\n]*\1/g, '')
