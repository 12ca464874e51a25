// A logo that is sent to a running box: the next film has it, the one that has begun keeps it when it is removed, the one behind has none.

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { openSettings } from '../../config/settings.ts'
import { readDatabase } from '../../src/adapters/sqlite.ts'
import { ffmpegBase } from '../../src/adapters/ffmpeg.ts'
import { apiAddressFile, readApiAddress } from '../../src/api/address.ts'
import { runChild } from '../../src/base/process.ts'
import { listLogos } from '../../src/merge/branding/logo-store.ts'
import { localFolderStore } from '../../src/publish/stores/local-folder.ts'
import type { Video } from '../../src/publish/video.ts'
import { openHome, untilRecording, type Home } from '../real-session.ts'
import { booking, published } from '../running-box.ts'
import { until } from '../until.ts'

const side = 48
const seconds = 4

test('a logo that is sent is in the next film, and gone from the one behind when it was removed', async () => {
  await using home = await openHome()
  const made = await runChild('ffmpeg', [
    ...ffmpegBase,
    ...['-f', 'lavfi', '-i', `color=lime:s=${side}x${side}`, '-frames:v', '1', path.join(home.folder, 'lime.png')],
  ])
  assert.equal(made.code, 0, made.stderr)
  const up = await home.start(['up'], { USER_LOGO_WIDTH: String(side), USER_LOGO_HEIGHT: String(side), LOGO_MARGIN: '0' })
  const added = await home.run(['key', 'add', 'site', '--role', 'operator', '--json'])
  const { key } = z.object({ key: z.string() }).parse(JSON.parse(added.stdout))
  await until(() => existsSync(apiAddressFile(home.folder)), 'the API listens')
  const base = (await readApiAddress(home.folder))?.url ?? ''
  const ask = async (method: string, body?: Uint8Array<ArrayBuffer>): Promise<number> => {
    const init = { method, headers: { authorization: `Bearer ${key}` }, ...(body === undefined ? {} : { body }) }
    return (await fetch(`${base}/branding/venue`, init)).status
  }
  assert.equal(await ask('PUT', await readFile(path.join(home.folder, 'lime.png'))), 200)
  const startMs = Date.now() + 12_000
  const at = (ms: number): string => new Date(startMs + ms).toISOString()
  const first = await booking(home, 'add', '--start', at(0), '--end', at(seconds * 1_000))
  await untilRecording(home.folder, 1_000)
  assert.equal(await ask('DELETE'), 200)
  const second = await booking(home, 'add', '--start', at(20_000), '--end', at(20_000 + seconds * 1_000))
  const with1 = await published(home, first.id)
  const without = await published(home, second.id)
  assert.deepEqual(
    [await logoOf(home, with1), await logoOf(home, without)],
    [
      { names: [['venue', null]], isGreen: true },
      { names: [], isGreen: false },
    ],
  )
  up.child.kill('SIGINT')
  assert.equal((await up.ended).code, 0)
})

/** What the rows tell of the logos, and whether the film's upper right corner is the colour of the one that was sent, in each of its pictures. */
async function logoOf({ folder }: Home, { recordingId, objectKey }: Video) {
  const { paths } = openSettings(folder).settings
  using db = readDatabase(paths.database)
  const film = localFolderStore(paths.store).pathOf(objectKey)
  const crop = `crop=16:16:iw-${side / 2}-8:${side / 2}-8,scale=1:1:flags=area,format=rgb24`
  const { stdout } = await runChild('ffmpeg', [...ffmpegBase, '-i', film, '-vf', crop, '-f', 'rawvideo', 'pipe:1'], {
    maxOutputBytes: 1 << 16,
  })
  const colours = Array.from({ length: stdout.length / 3 }, (_, n) => [...stdout.subarray(n * 3, n * 3 + 3)])
  assert.equal(colours.length, seconds * 25)
  return {
    names: listLogos(db, recordingId).map(({ slot, fault }) => [slot, fault]),
    isGreen: colours.every(([r = 255, g = 0, b = 255]) => r < 60 && g > 200 && b < 60),
  }
}
