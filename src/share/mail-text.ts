// The words of an e-mail about a match: its film is there, whole or with what it lacks, or there is none and why.
// Pure. Plain text alone: what a title says is a word in it, never markup or a header.

export type MailKind = 'ready' | 'partial' | 'missed'

export type MailFacts = {
  readonly title: string
  /** In words, in the venue's zone. */
  readonly when: string
  readonly url: string | undefined
  readonly linkUntil: string | undefined
  /** Sentences on what the film lacks, or why there is none. */
  readonly lacks: readonly string[]
}

export function mailText(
  kind: MailKind,
  { title, when, url, linkUntil, lacks }: MailFacts,
): { readonly subject: string; readonly text: string } {
  const name = plain(title)
  const told = lacks.slice(0, 20).map((each) => `- ${plain(each)}`)
  const subjects = {
    ready: `Your film is ready: ${name}`,
    partial: `Your film is ready, a part of it is missing: ${name}`,
    missed: `There is no film of your match: ${name}`,
  } as const
  const body = {
    ready: ['The film of your match is ready.'],
    partial: ['The film of your match is ready. Not everything was seen:', '', ...told],
    missed: ['We are sorry: your match was not recorded, there is no film of it.', '', ...told, '', 'Please ask the venue what to do now.'],
  }[kind]
  const link =
    url === undefined
      ? []
      : ['', url, ...(linkUntil === undefined ? [] : ['', `The link works until ${linkUntil}. Who has it can see the film.`])]
  return { subject: subjects[kind], text: [name, when, '', ...body, ...link, ''].join('\n') }
}

const plain = (text: string): string =>
  text
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 200)
