import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import type { BrandingSettings } from '../../../config/settings.ts'
import { smallRecording } from '../../../tests/small-recording.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import type { Database } from '../../adapters/sqlite.ts'
import { EzrecError } from '../../base/errors.ts'
import { runChild } from '../../base/process.ts'
import { addChunk, forgetChunks } from '../chunk-store.ts'
import { pictureBytes } from '../picture.ts'
import { brandRecording, type OnLeftOut, type Overlay } from './branding.ts'
import { largestLogoBytes, readLogoFile } from './logo-file.ts'
import { decodeLogo, readPam, type LogoDecoder } from './logo-picture.ts'
import { keepLogoFile, listLogos, readTakenLogo } from './logo-store.ts'

const canvas = { width: 640, height: 360 }

/** A picture of one colour, left half opaque, right half transparent where the form can. */
async function makeLogo(file: string, colour: string, size = '80x40'): Promise<string> {
  const filter = `color=${colour}:s=${size},format=rgba,geq=r='r(X,Y)':g='g(X,Y)':b='b(X,Y)':a='if(lt(X,W/2),255,0)'`
  const { code, stderr } = await runChild('ffmpeg', [
    '-v',
    'error',
    '-f',
    'lavfi',
    '-i',
    filter,
    '-frames:v',
    '1',
    ...(file.endsWith('.webp') ? ['-c:v', 'libwebp'] : []),
    '-y',
    file,
  ])
  assert.equal(code, 0, stderr)
  return file
}

const settingsFor = (files: readonly string[]): BrandingSettings => ({
  logos: files.map((file, n) => ({
    slot: n === 0 ? 'venue' : 'sponsor-1',
    file,
    position: n === 0 ? 'top-right' : 'bottom-left',
    width: 80,
    height: 80,
  })),
  margin: 10,
  opacity: 1,
})

async function emptyRecording(folder: string): Promise<Disposable & { readonly db: Database }> {
  const made = await smallRecording(folder)
  forgetChunks(made.db, 'r')
  return made
}

async function brand(
  db: Database,
  settings: BrandingSettings,
  more: { readonly patient?: boolean; readonly decoder?: LogoDecoder } = {},
): Promise<{ overlay: Overlay | undefined; leftOut: string[] }> {
  const leftOut: string[] = []
  const onLeftOut: OnLeftOut = ({ slot }, fault) => leftOut.push(`${slot}: ${fault}`)
  const overlay = await brandRecording(db, 'r', { settings, canvas, onLeftOut, ...more })
  return { overlay, leftOut }
}

function drawnBy(overlay: Overlay | undefined): Buffer {
  const out = Buffer.alloc(pictureBytes(canvas), 128)
  overlay?.(out)
  return out
}

const lumaAt = (out: Buffer, x: number, y: number): number => out[y * canvas.width + x] ?? -1

test('PNG, JPEG and WebP logos are drawn in their places, what is transparent is not', async () => {
  using home = temporaryFolder()
  for (const [name, opaqueRight] of [
    ['a.png', false],
    ['a.webp', false],
    ['a.jpg', true],
  ] as const) {
    using recording = await emptyRecording(home.path)
    const logo = await makeLogo(home.file(name), 'white')
    const { overlay, leftOut } = await brand(recording.db, settingsFor([logo]))
    assert.deepEqual(leftOut, [])
    const out = drawnBy(overlay)
    assert.ok(lumaAt(out, 640 - 10 - 80 + 20, 10 + 20) > 225, `${name}: its left half is white`)
    assert.equal(lumaAt(out, 640 - 10 - 80 + 60, 10 + 20) > 150, opaqueRight, `${name}: its right half`)
    assert.equal(lumaAt(out, 640 - 5, 20), 128, `${name}: the margin is left alone`)
  }
})

test('a film goes on with the logos that it began with, whatever becomes of the files and the settings', async () => {
  using home = temporaryFolder()
  using recording = await emptyRecording(home.path)
  const logo = await makeLogo(home.file('logo.png'), 'white')
  const first = drawnBy((await brand(recording.db, settingsFor([logo]))).overlay)
  await makeLogo(logo, 'black')
  assert.deepEqual(drawnBy((await brand(recording.db, settingsFor([logo]))).overlay), first)
  rmSync(logo)
  assert.deepEqual(drawnBy((await brand(recording.db, settingsFor([]))).overlay), first)
  const [row] = listLogos(recording.db, 'r')
  assert.equal(row?.slot, 'venue')
  assert.match(row?.sha256 ?? '', /^[0-9a-f]{64}$/)
})

test('a logo that cannot be had is left out and told each time, the others are drawn, and no file is touched', async () => {
  using home = temporaryFolder()
  const good = await makeLogo(home.file('good.png'), 'white')
  const torn = home.file('torn.png')
  writeFileSync(torn, readFileSync(good).subarray(0, 60))
  writeFileSync(home.file('text.png'), '#EXTM3U\nfile:///etc/passwd\n')
  writeFileSync(home.file('empty.png'), '')
  writeFileSync(home.file('huge.png'), Buffer.alloc(largestLogoBytes + 1))
  assert.equal((await runChild('mkfifo', [home.file('pipe.png')])).code, 0)
  const told = {
    [home.file('none.png')]: /there is no such file/,
    [home.file('text.png')]: /neither a PNG nor a JPEG nor a WebP/,
    [home.file('empty.png')]: /it is empty/,
    [home.file('huge.png')]: /larger than 4 MiB/,
    [home.path]: /no regular file/,
    [home.file('pipe.png')]: /no regular file/,
    [torn]: /does not decode/,
  }
  for (const [file, fault] of Object.entries(told)) {
    using recording = await emptyRecording(home.path)
    const { overlay, leftOut } = await brand(recording.db, settingsFor([file, good]))
    assert.equal(leftOut.length, 1, file)
    assert.match(leftOut[0] ?? '', fault)
    assert.ok(lumaAt(drawnBy(overlay), 20, 360 - 10 - 20) > 225, 'the sponsor is drawn')
    assert.match(listLogos(recording.db, 'r')[0]?.fault ?? '', fault)
    assert.deepEqual((await brand(recording.db, settingsFor([good]))).leftOut, leftOut, 'a later life tells it, too')
  }
  assert.ok(existsSync(torn) && existsSync(home.file('text.png')))
})

test('a picture that says it is enormous is not decoded', async () => {
  const header = Buffer.from('89504e470d0a1a0a0000000d494844520000ffff0000ffff0806000000', 'hex')
  await assert.rejects(decodeLogo({ form: 'png', bytes: header }, { width: 80, height: 80 }), { code: 'media_unreadable' })
})

test('a decoder that is too slow is no fault of the logo: tried again, then left out of what comes, and drawn again in the next life', async () => {
  using home = temporaryFolder()
  const settings = settingsFor([await makeLogo(home.file('logo.png'), 'white')])
  const program = home.file('never-ends')
  writeFileSync(program, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 })
  const decoder = { program, timeoutMs: 100 }
  using recording = await emptyRecording(home.path)
  const { overlay } = await brand(recording.db, settings)
  addChunk(recording.db, 'r', { number: 0, firstFrame: 0, frames: 25, bytes: 1, payloadBytes: 1, sha256: 'h' }, [], 0)
  await assert.rejects(brand(recording.db, settings, { decoder }), { code: 'timeout' })
  const impatient = await brand(recording.db, settings, { decoder, patient: false })
  assert.equal(impatient.overlay, undefined)
  assert.match(impatient.leftOut.join(), /^venue: .*did not end within 100 ms/)
  const next = await brand(recording.db, settings)
  assert.deepEqual([next.leftOut, drawnBy(next.overlay)], [[], drawnBy(overlay)])

  using first = await emptyRecording(home.path)
  await brand(first.db, settings, { decoder, patient: false })
  assert.match((await brand(first.db, settings)).leftOut.join(), /did not end/, 'a film that began without it stays without')
})

test('bytes that no film names go when the next film is branded, and a logo without its bytes is told', async () => {
  using home = temporaryFolder()
  using recording = await emptyRecording(home.path)
  const { db } = recording
  const named = await makeLogo(home.file('named.png'), 'white')
  const unnamed = await readLogoFile(await makeLogo(home.file('unnamed.png'), 'black'))
  keepLogoFile(db, unnamed)
  await brand(db, settingsFor([named]))
  assert.equal(readTakenLogo(db, unnamed.sha256), undefined)
  assert.ok(readTakenLogo(db, listLogos(db, 'r')[0]?.sha256 ?? ''))
  db.run('delete from logo_file')
  assert.match((await brand(db, settingsFor([named]))).leftOut.join(), /^venue: .*lost with a database/)
})

test('a film that was begun without logos stays without', async () => {
  using home = temporaryFolder()
  using recording = await smallRecording(home.path)
  const { overlay, leftOut } = await brand(recording.db, settingsFor([await makeLogo(home.file('logo.png'), 'white')]))
  assert.deepEqual([overlay, leftOut], [undefined, []])
})

test('a file is taken by its first bytes, not by its name', async () => {
  using home = temporaryFolder()
  await makeLogo(home.file('logo.png'), 'white')
  writeFileSync(home.file('logo.webp'), readFileSync(home.file('logo.png')))
  assert.equal((await readLogoFile(home.file('logo.webp'))).form, 'png')
  await assert.rejects(readLogoFile('/proc/self/mem'), (error) => error instanceof EzrecError && error.code === 'invalid')
})

test('what is no picture in PAM is none, whatever it says', () => {
  const header = fc.record({ width: fc.integer(), height: fc.integer(), depth: fc.integer({ min: 0, max: 5 }) })
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), header, fc.boolean(), (body, { width, height, depth }, withHeader) => {
      const text = withHeader ? `P7\nWIDTH ${width}\nHEIGHT ${height}\nDEPTH ${depth}\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n` : ''
      const picture = readPam(Buffer.concat([Buffer.from(text), body]))
      if (picture) assert.equal(picture.rgba.length, picture.width * picture.height * 4)
    }),
  )
})
