// Receives a logo and never comes to its end, so that a test may kill it: `node receives-an-asset.ts FOLDER PICTURE`.
// Says when all bytes of the picture are written.

import { readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { receiveAsset } from '../../src/merge/branding/receive-asset.ts'

const [folder = '', picture = ''] = process.argv.slice(2)

async function* endless(): AsyncGenerator<Uint8Array> {
  yield readFileSync(picture)
  process.stdout.write('written\n')
  await setTimeout(60_000)
}

await receiveAsset({ folder, asset: 'venue', pieces: endless(), tooLarge: () => new Error('too large') }, AbortSignal.timeout(60_000))
