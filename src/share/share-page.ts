// The page behind a share link, drawn on the server from its state; web/share.js then follows the state in place.
// Never says why a link opens nothing: one page for all of them.

import { previewBox } from '../merge/preview/preview-policy.ts'
import { boxPage } from './box-page.ts'
import { html, type Html } from './html.ts'
import type { ShareState } from './share-state.ts'

/** `here` is the link itself, absolute and without a slash at its end: previews want absolute addresses. */
export function sharePage(state: ShareState, here: string): string {
  const base = new URL(here).pathname
  const isReady = state.phase === 'ready'
  return document(
    headOf(state),
    html`<meta property="og:type" content="video.other" />
      ${named(state, here)}
      ${
        isReady
          ? html`${preview(state, here)}
              <meta property="og:video" content="${here}/film" />
              <meta property="og:video:type" content="video/mp4" />
              <meta property="og:video:width" content="${state.width ?? 0}" />
              <meta property="og:video:height" content="${state.height ?? 0}" />`
          : null
      }
      <script src="/static/share.js" type="module"></script>`,
    html`<main class="share" data-base="${base}" data-phase="${state.phase}" data-thumbnails="${state.thumbnails ? 'yes' : 'no'}">
      <header>
        <p class="phase" id="phase">${phaseWord[state.phase]}</p>
        <h1>${state.title}</h1>
        <p class="when"><time datetime="${state.startsAt}">${state.when}</time> <span class="zone">(${state.timeZone})</span></p>
      </header>
      <div class="stage" id="stage" data-ratio="${ratioOf(state)}">
        ${
          isReady
            ? html`<video
                id="player"
                controls
                playsinline
                preload="metadata"
                poster="${base}/poster"
                src="${base}/film"
                aria-label="Film of ${state.title}, ${state.when}"
              ></video>`
            : html`<div class="waiting" id="waiting" aria-hidden="true"></div>`
        }
      </div>
      <p class="sentence" id="sentence" role="status" aria-live="polite">${state.sentence}</p>
      <div id="facts">${isReady ? facts(state, base) : null}</div>
      <noscript><p class="note">Load this page again to see whether the film is ready.</p></noscript>
    </main>`,
  )
}

/** For a link that opens for so many people: what it is, and a button. Looking at this page uses up nothing. */
export function askingPage(state: Pick<ShareState, 'title' | 'court' | 'when' | 'startsAt' | 'timeZone'>, here: string): string {
  return document(
    headOf(state),
    html`${named(state, here)}
      <link rel="stylesheet" href="/static/shell.css" />
      <script src="/static/unlock.js" defer></script>`,
    html`<main class="share locked">
      <header>
        <h1>${state.title}</h1>
        <p class="when"><time datetime="${state.startsAt}">${state.when}</time> <span class="zone">(${state.timeZone})</span></p>
        <p class="sentence">This link opens for a certain number of people. You are one of them when you open it.</p>
      </header>
      <form id="unlock" method="post" action="${new URL(here).pathname}/unlock">
        <p id="message" role="status" aria-live="polite" class="message"></p>
        <button>Open the film</button>
      </form>
      <noscript><p class="note">This page needs its script to open the film.</p></noscript>
    </main>`,
  )
}

/** Court, date and time. */
export const headOf = ({ court, when }: Pick<ShareState, 'court' | 'when'>): string => `${court}, ${when}`

/** What messages say of a link. */
const named = (state: Pick<ShareState, 'court' | 'when'>, here: string): Html =>
  html`<meta property="og:title" content="${headOf(state)}" /> <meta property="og:url" content="${here}" />`

/** For a link that wants a password: says nothing of what lies behind it. */
export function lockedPage(token: string): string {
  return document(
    'This film wants a password',
    html`<link rel="stylesheet" href="/static/shell.css" />
      <script src="/static/unlock.js" defer></script>`,
    html`<main class="share locked">
      <header>
        <h1>This film wants a password</h1>
        <p class="sentence">The person who sent the link knows it.</p>
      </header>
      <form id="unlock" method="post" action="/s/${token}/unlock">
        <label>Password <input name="password" type="password" required maxlength="256" autocomplete="off" /></label>
        <p id="message" role="status" aria-live="polite" class="message"></p>
        <button>Open</button>
      </form>
    </main>`,
  )
}

/** For an unknown, an ended, a revoked and a used-up link alike. */
export const lostPage = (): string =>
  saying('This link opens nothing', html`It may have ended, or a letter of it is missing. Ask the person who sent it for a new one.`)

/** For a browser at an address that there is not. */
export const nothingPage = (): string =>
  saying('There is nothing here', html`A letter of the address may be wrong or missing. <a href="/">The front page</a>`)

/** For who asks too often, or is one of too many. */
export const waitPage = (seconds: string): string =>
  saying('Please wait a moment', html`Too much is asked of this box from here just now. Try again in ${seconds} s.`)

const saying = (title: string, sentence: Html): string =>
  document(
    title,
    html``,
    html`<main class="share lost">
      <header>
        <h1>${title}</h1>
        <p class="sentence">${sentence}</p>
      </header>
    </main>`,
  )

/** What messages show of a link: a picture of the size that they ask for, described; the poster until it is made. */
function preview(state: ShareState, here: string): Html {
  if (!state.preview) return html`<meta property="og:image" content="${here}/poster" />`
  return html`<meta property="og:image" content="${here}/preview" />
    <meta property="og:image:type" content="image/jpeg" />
    <meta property="og:image:width" content="${previewBox.width}" />
    <meta property="og:image:height" content="${previewBox.height}" />
    <meta property="og:image:alt" content="A moment of ${state.title}, ${state.when}" />
    <meta name="twitter:card" content="summary_large_image" />`
}

const phaseWord = { scheduled: 'Soon', live: 'Live', finishing: 'Nearly ready', ready: 'Film', unavailable: 'No film' } as const

/** A film without sound says so: nobody looks for a fault in his phone. */
function soundInWords({ sound, loudnessLufs }: ShareState): readonly (readonly [string, string])[] {
  if (sound === 'none') return [['Sound', 'no sound']]
  if (sound === 'silent') return [['Sound', 'silent']]
  return loudnessLufs === null ? [] : [['Loudness', `${loudnessLufs.toFixed(1)} LUFS`]]
}

function facts(state: ShareState, base: string): Html {
  return html`<a class="button" href="${base}/film?download=1" download
      >Download<span class="size">${sizeInWords(state.bytes ?? 0)}</span></a
    >
    ${
      state.rendition
        ? html`<a class="button lesser" href="${base}/rendition?download=1" download
            >Smaller version<span class="size">${sizeInWords(state.rendition.bytes)}</span></a
          >`
        : null
    }
    <dl>
      <div>
        <dt>Length</dt>
        <dd>${lengthInWords(state.durationSeconds ?? 0)}</dd>
      </div>
      <div>
        <dt>Picture</dt>
        <dd>${state.width ?? 0} x ${state.height ?? 0}</dd>
      </div>
      ${soundInWords(state).map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    ${state.drawn.map((sentence) => html`<p class="note">${sentence}</p>`)}
    ${
      state.partial || state.gaps.length + state.suspicions.length > 0
        ? html`<section class="gaps" aria-labelledby="gaps-title">
            <h2 id="gaps-title">Not everything was seen</h2>
            <ul>
              ${missingOf(state).map((each) => html`<li>${each}</li>`)}
            </ul>
          </section>`
        : null
    }`
}

/** What was not seen, in sentences. */
export const missingOf = ({ partial, gaps, suspicions }: Pick<ShareState, 'partial' | 'gaps' | 'suspicions'>): readonly string[] => [
  ...(partial && gaps.length === 0 ? ['A part of this recording is missing.'] : gaps),
  ...suspicions,
]

/** Two cameras side by side are wider than a screen is: the stage keeps the film's own shape. */
const ratioOf = ({ width, height }: ShareState): string => (width && height && width / height < 2.4 ? 'wide' : 'twin')

/** `1:23:45` or `2:05`. */
export function lengthInWords(seconds: number): string {
  const whole = Math.round(seconds)
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`
}

/** In the units that phones show. */
export function sizeInWords(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}

const pad = (n: number): string => String(n).padStart(2, '0')

const document = (title: string, head: Html, body: Html): string =>
  boxPage({ title, styles: ['base', 'share'], head: html`<meta name="color-scheme" content="dark" />${head}`, body })
