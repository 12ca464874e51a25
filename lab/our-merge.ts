// Our own merge as somebody would start it: the command line in a process of its own, in a home of its own.
// Never reaches into the product: what the programs promise is what is measured.

import path from 'node:path'
import { startChild } from '../src/base/process.ts'
import { EzrecError } from '../src/base/errors.ts'
import type { Preset } from './panorama/encode-options.ts'

export type Films = { readonly left: string; readonly right: string }

/** What the bench wants of a stitcher. Errors: whatever is wrong with it, as a fault of its point. */
export type OurMerge = {
  /** Poster, sync and checks included. `window`: the canvas, in the left picture's pixels. */
  panorama(
    order: Films & { readonly out: string; readonly preset: Preset; readonly calibration: string; readonly window?: string },
  ): Promise<void>
  sideBySide(order: Films & { readonly out: string; readonly preset: Preset; readonly logo?: string }): Promise<void>
  calibrate(order: Films & { readonly out: string }): Promise<void>
}

const program = path.join(import.meta.dirname, '..', 'bin', 'ezrec.ts')

export function ourMerge(
  home: string,
  { crf, maxRateKbps }: { readonly crf: number; readonly maxRateKbps: number },
  signal: AbortSignal,
): OurMerge {
  const runWith = async (branding: Readonly<Record<string, string>>, ...words: readonly string[]): Promise<void> => {
    await using child = await startChild(process.execPath, ['--disable-warning=ExperimentalWarning', program, '--home', home, ...words], {
      signal,
      env: { MERGE_CRF: String(crf), MERGE_MAX_RATE_KBPS: String(maxRateKbps), ...branding },
    })
    const { code } = await child.exited
    if (code !== 0)
      throw new EzrecError('internal', `ezrec ${words[0]} ended with ${code}: ${child.stderrTail().trim().slice(-500)}`, {
        hint: 'run it alone and see what it says',
      })
  }
  const run = (...words: readonly string[]): Promise<void> => runWith({}, ...words)
  return {
    panorama: ({ left, right, out, preset, calibration, window }) =>
      run(
        ...['merge', left, right, '--out', out, '--force', '--layout', 'panorama', '--preset', preset, '--calibration', calibration],
        ...['--poster', `${out}.jpg`],
        ...(window === undefined ? [] : ['--canvas', window]),
      ),
    sideBySide: ({ left, right, out, preset, logo }) =>
      runWith(
        logo === undefined
          ? {}
          : { USER_LOGO_PATH: logo, USER_LOGO_POSITION: 'bottom-right', USER_LOGO_WIDTH: '200', USER_LOGO_HEIGHT: '200' },
        ...['merge', left, right, '--out', out, '--force', '--layout', 'side-by-side', '--preset', preset],
      ),
    calibrate: ({ left, right, out }) => run('calibrate', left, right, '--out', out),
  }
}
