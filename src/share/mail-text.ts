// The words of an e-mail about a match: its film is there, whole or with what it lacks, or there is none and why; as text, and as HTML beside it.
// Pure. What a title says is a word in it, never markup or a header. Loads nothing from anywhere: no picture tells that it was read.

import { html, type Html } from './html.ts'

export type MailKind = 'ready' | 'partial' | 'missed'

export type MailFacts = {
  readonly title: string
  /** In words, in the venue's zone. */
  readonly when: string
  readonly url: string | undefined
  readonly linkUntil: string | undefined
  /** Sentences on what the film lacks, or why there is none. */
  readonly lacks: readonly string[]
  /** An earlier e-mail said that there is no film. */
  readonly afterAll: boolean
}

export type MailWords = { readonly subject: string; readonly text: string; readonly html: string }

export function mailText(kind: MailKind, facts: MailFacts): MailWords {
  const name = plain(facts.title)
  const subjects = {
    ready: `Your film is ready: ${name}`,
    partial: `Your film is ready, a part of it is missing: ${name}`,
    missed: `There is no film of your match: ${name}`,
  } as const
  const message = messageOf(kind, facts)
  const { when } = facts
  return { subject: subjects[kind], text: textOf({ name, when, ...message }), html: htmlOf({ name, when, ...message }) }
}

type Message = {
  readonly opening: readonly string[]
  readonly list: readonly string[]
  readonly closing: string | undefined
  readonly link: { readonly url: string; readonly until: string | undefined } | undefined
}

function messageOf(kind: MailKind, { url, linkUntil, lacks, afterAll }: MailFacts): Message {
  const list = kind === 'ready' ? [] : lacks.slice(0, 20).map(plain)
  const until = linkUntil === undefined ? undefined : `The link works until ${linkUntil}. Who has it can see the film.`
  const sorry = afterAll ? ['We told you that there is no film of your match. There is one after all.'] : []
  const opening = {
    ready: [...sorry, 'The film of your match is ready.'],
    partial: [...sorry, 'The film of your match is ready. Not everything was seen:'],
    missed: ['We are sorry: your match was not recorded, there is no film of it.'],
  }[kind]
  return {
    ...{ opening, list },
    closing: kind === 'missed' ? 'Please ask the venue what to do now.' : undefined,
    link: url === undefined ? undefined : { url, until },
  }
}

type Words = Message & { readonly name: string; readonly when: string }

function textOf({ name, when, opening, list, closing, link }: Words): string {
  const listed = list.length === 0 ? [] : ['', ...list.map((each) => `- ${each}`)]
  const linked = link ? ['', link.url, ...(link.until === undefined ? [] : ['', link.until])] : []
  return [name, when, '', ...opening, ...listed, ...(closing === undefined ? [] : ['', closing]), ...linked, ''].join('\n')
}

const htmlOf = ({ name, when, opening, list, closing, link }: Words): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="referrer" content="no-referrer" />
        <title>${name}</title>
      </head>
      <body style="margin:0 auto;max-width:36rem;padding:1rem;font:1rem/1.5 sans-serif">
        <h1 style="font-size:1.3rem">${name}</h1>
        <p>${when}</p>
        ${opening.map((each) => html`<p>${each}</p>`)} ${listOf(list)} ${closing === undefined ? null : html`<p>${closing}</p>`}
        ${link ? linkOf(link) : null}
      </body>
    </html>`.html

const listOf = (list: readonly string[]): Html | null =>
  list.length === 0
    ? null
    : html`<ul>
        ${list.map((each) => html`<li>${each}</li>`)}
      </ul>`

const linkOf = ({ url, until }: { readonly url: string; readonly until: string | undefined }): Html =>
  html`<p>
      <a href="${url}" style="display:inline-block;padding:.6rem 1rem;background:#14532d;color:#fff;text-decoration:none">Watch the film</a>
    </p>
    <p>${url}</p>
    ${until === undefined ? null : html`<p>${until}</p>`}`

const plain = (text: string): string =>
  text
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 200)
