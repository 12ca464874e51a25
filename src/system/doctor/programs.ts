// The programs that this box's cameras and films need: there, new enough, able.
// Asks each what it is; runs none of them on a camera or a film.

import { assertFfmpeg } from '../../adapters/ffmpeg-version.ts'
import { EzrecError } from '../../base/errors.ts'
import { runChild } from '../../base/process.ts'
import type { SourceSpec } from '../../capture/drivers/source-spec.ts'
import { healthy, unhealthy, unhealthyBy, type Finding } from './finding.ts'

type Asked = { readonly program: string; readonly args: readonly string[]; readonly mend: string }

const probe: Asked = { program: 'ffprobe', args: ['-hide_banner', '-version'], mend: 'sudo apt-get install ffmpeg' }

/** Beside ffmpeg, by the kind of source. */
const ofSource: Partial<Record<SourceSpec['kind'], Asked>> = {
  v4l2: { program: 'v4l2-ctl', args: ['--version'], mend: 'sudo apt-get install v4l-utils' },
  rpicam: { program: 'rpicam-vid', args: ['--version'], mend: 'sudo apt-get install rpicam-apps (Raspberry Pi OS)' },
}

export async function lookAtPrograms(kinds: readonly SourceSpec['kind'][]): Promise<Finding[]> {
  const others = [probe, ...new Set(kinds.flatMap((kind) => ofSource[kind] ?? []))]
  return Promise.all([lookAtFfmpeg(), ...others.map(lookAt)])
}

async function lookAtFfmpeg(): Promise<Finding> {
  try {
    const { version } = await assertFfmpeg()
    return healthy('ffmpeg', `${version}, with libx264`)
  } catch (error) {
    return unhealthyBy('ffmpeg', error)
  }
}

async function lookAt({ program, args, mend }: Asked): Promise<Finding> {
  try {
    const { code, stdout, stderr } = await runChild(program, args, { timeoutMs: 10_000 })
    const [said = ''] = `${stdout.toString('utf8')}${stderr}`.trim().split('\n')
    if (code !== 0) return unhealthy(program, `ended with ${code}: ${said.slice(0, 120)}`, mend)
    return healthy(program, said.slice(0, 80))
  } catch (error) {
    if (!(error instanceof EzrecError)) throw error
    return unhealthy(program, error.message, mend)
  }
}
