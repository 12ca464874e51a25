// The page of a film as an object of the bucket: it stands alone, needs no script and nothing of this box.
// Pure. Never names a person, a key of the bucket or another film; its addresses end by themselves.

import { html, type Html } from './html.ts'
import { headOf, lengthInWords, missingOf, sizeInWords } from './share-page.ts'
import type { ShareState } from './share-state.ts'

/** Signed addresses in the bucket. */
export type BucketAddresses = {
  readonly film: string
  /** The same bytes, named for people. */
  readonly download: string
  readonly poster: string
  readonly preview: string | undefined
  /** A smaller version of the film, named for people; absent where the bucket has none. */
  readonly smaller?: { readonly address: string; readonly bytes: number } | undefined
}

export function bucketPage(
  state: Pick<
    ShareState,
    'title' | 'court' | 'startsAt' | 'when' | 'timeZone' | 'durationSeconds' | 'bytes' | 'partial' | 'gaps' | 'suspicions' | 'drawn'
  >,
  addresses: BucketAddresses,
): string {
  const { film, download, poster, preview, smaller } = addresses
  const origin = new URL(film).origin
  const missing = missingOf(state)
  return document(
    headOf(state),
    `default-src 'none'; style-src 'unsafe-inline'; img-src ${origin}; media-src ${origin}`,
    html`<meta property="og:type" content="video.other" />
      <meta property="og:title" content="${headOf(state)}" />
      <meta property="og:image" content="${preview ?? poster}" />
      ${
        preview === undefined
          ? null
          : html`<meta property="og:image:type" content="image/jpeg" />
              <meta property="og:image:width" content="1200" />
              <meta property="og:image:height" content="630" />
              <meta name="twitter:card" content="summary_large_image" />`
      }`,
    html`<h1>${state.title}</h1>
      <p><time datetime="${state.startsAt}">${state.when}</time> (${state.timeZone})</p>
      <video
        controls
        playsinline
        preload="metadata"
        poster="${poster}"
        src="${film}"
        aria-label="Film of ${state.title}, ${state.when}"
      ></video>
      <p><a href="${download}" download>Download, ${sizeInWords(state.bytes ?? 0)}</a> ${lengthInWords(state.durationSeconds ?? 0)}</p>
      ${smaller ? html`<p><a href="${smaller.address}" download>Smaller version for phones, ${sizeInWords(smaller.bytes)}</a></p>` : null}
      ${state.drawn.map((each) => html`<p>${each}</p>`)}
      ${
        missing.length === 0
          ? null
          : html`<h2>Not everything was seen</h2>
              <ul>
                ${missing.map((each) => html`<li>${each}</li>`)}
              </ul>`
      }`,
  )
}

/** Stands where a page was, for who may not remove objects. */
export const endedPage = (): string =>
  document(
    'This link opens nothing',
    "default-src 'none'; style-src 'unsafe-inline'",
    html``,
    html`<h1>This link opens nothing</h1>
      <p>It has ended. Ask the person who sent it for a new one.</p>`,
  )

const style =
  'body{margin:0 auto;max-width:72rem;padding:1rem;background:#101418;color:#e8ecef;font:1.1rem/1.5 system-ui,sans-serif}video{width:100%;background:#000}a{color:#8fd0ff}'

const document = (title: string, rules: string, head: Html, body: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="content-security-policy" content="${rules}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <meta name="referrer" content="no-referrer" />
        <meta name="color-scheme" content="dark" />
        <title>${title}</title>
        <style>
          ${style}
        </style>
        ${head}
      </head>
      <body>
        <main>${body}</main>
      </body>
    </html>`.html
