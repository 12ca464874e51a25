// The frame of every page that this box itself serves: links to files of the box alone, so that the strictest content policy holds.
// Never anything of a film or a booking.

import { html, type Html } from './html.ts'

export type BoxPage = {
  readonly title: string
  /** Names of style sheets below /static, in order. */
  readonly styles: readonly string[]
  readonly head: Html
  readonly body: Html
}

export const boxPage = ({ title, styles, head, body }: BoxPage): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <link rel="icon" href="/static/icon.svg" type="image/svg+xml" />
        ${styles.map((name) => html`<link rel="stylesheet" href="/static/${name}.css" />`)} ${head}
      </head>
      <body>
        ${body}
      </body>
    </html>`.html
