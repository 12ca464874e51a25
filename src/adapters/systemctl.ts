// systemd, as far as the services are its units: whether they are there, and to start them anew.
// Never a shell, never a unit that is not one of ours.

import { EzrecError } from '../base/errors.ts'
import { runChild } from '../base/process.ts'

/** In the order in which they are started anew: the API last, because it answers. */
export const units = ['dual_recorder.service', 'video_worker.service', 'ezrec-api.service'] as const
export type Unit = (typeof units)[number]

/** Those that systemd has loaded. Errors: conflict (there is no systemd here). */
export async function loadedUnits(wanted: readonly Unit[]): Promise<Unit[]> {
  const { code, stdout, stderr } = await systemctl(['show', '--property=Id,LoadState', '--', ...wanted])
  if (code !== 0) throw noSystemd(stderr)
  return loadedOf(stdout.toString('utf8'), wanted)
}

/** Blocks of `Id=` and `LoadState=` lines. */
export function loadedOf(shown: string, wanted: readonly Unit[]): Unit[] {
  const blocks = shown
    .split(/\n\n+/)
    .map((block) => new Map(block.split('\n').map((each) => [each.split('=', 1)[0] ?? '', each.slice(each.indexOf('=') + 1)])))
  return wanted.filter((unit) => blocks.some((block) => block.get('Id') === unit && block.get('LoadState') === 'loaded'))
}

/** Asks for it and does not wait: one of them may be who asks. Errors: conflict (this user may not). */
export async function restartUnits(wanted: readonly Unit[]): Promise<void> {
  const { code, stderr } = await systemctl(['restart', '--no-block', '--no-ask-password', '--', ...wanted])
  if (code !== 0)
    throw new EzrecError('conflict', 'systemd does not start the services anew', {
      hint: 'this user may not: run sudo systemctl restart, or allow it by polkit',
      facts: { said: stderr.trim().slice(0, 200) },
    })
}

const systemctl = async (args: readonly string[]): ReturnType<typeof runChild> => {
  try {
    return await runChild('systemctl', args, { timeoutMs: 10_000, maxOutputBytes: 64 * 1024 })
  } catch (error) {
    if (error instanceof EzrecError && error.code === 'program_missing') throw noSystemd('', error)
    throw error
  }
}

const noSystemd = (said: string, cause?: unknown): EzrecError =>
  new EzrecError('conflict', 'there is no systemd here: the services are not its units', {
    hint: 'start them anew where they were started (./ezrec up)',
    ...(said === '' ? {} : { facts: { said: said.trim().slice(0, 200) } }),
    cause,
  })
