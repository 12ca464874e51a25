// The page for phones on the court, drawn on the server; web/court.js then follows the state in place. And the sheet with its QR code.
// Never tells of a booking before its PIN was entered.

import { renderSVG } from 'uqr'
import { boxPage } from './box-page.ts'
import { html, type Html } from './html.ts'

export type CourtState = {
  readonly title: string
  readonly phase: 'scheduled' | 'live' | 'over'
  readonly startsAt: string
  readonly endsAt: string
  /** Of the day, in the venue's zone. */
  readonly ends: string
  readonly clips: readonly {
    readonly id: string
    readonly state: 'pending' | 'made' | 'failed'
    readonly at: string
    /** What was made of it for phones; `file` is where it is. */
    readonly phone: readonly {
      readonly shape: '9:16' | '16:9'
      readonly state: 'pending' | 'made' | 'failed'
      readonly progress: number
      readonly file: string | null
    }[]
  }[]
}

export const courtPage = (isIn: boolean): string =>
  document(
    'This court',
    html`<script src="/static/court.js" defer></script>`,
    html`<main class="court" id="court">
      <h1 id="title">This court</h1>
      <p id="message" role="status" aria-live="polite" class="message"></p>
      <form id="enter" ${isIn ? hidden : null}>
        <label
          >PIN of your booking <input name="pin" inputmode="numeric" pattern="[0-9]{6}" maxlength="6" required autocomplete="off"
        /></label>
        <button>Open</button>
      </form>
      <div id="inside" ${isIn ? null : hidden}>
        <p id="when" class="quiet"></p>
        <div class="court-buttons">
          <button id="save" type="button">Save the last 30 seconds</button>
          <button id="extend" type="button" class="lesser">15 minutes more</button>
          <button id="stop" type="button" class="lesser">Stop now</button>
        </div>
        <ul id="clips" class="quiet"></ul>
      </div>
    </main>`,
  )

/** To be printed and put up beside the court. */
export const courtSheet = (address: string): string =>
  document(
    'QR code of this court',
    html``,
    html`<main class="sheet">
      <h1>Save your best moments</h1>
      <p>Scan this with your phone and enter the PIN of your booking.</p>
      <div class="code">${{ html: renderSVG(address, { border: 2, ecc: 'M' }) }}</div>
      <p>${address}</p>
    </main>`,
  )

const hidden: Html = { html: 'hidden' }

const document = (title: string, head: Html, body: Html): string => boxPage({ title, styles: ['base', 'shell', 'court'], head, body })
