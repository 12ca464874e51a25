import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BoxLook } from '../box-look-file.ts'
import { lookAgain, type BoxLooks } from './box-looks.ts'
import { degraded, healthy, unhealthy, type Finding } from './finding.ts'

const minuteUs = 60e6

/** A box whose looks answer this; the others say that all is well. */
function openLooks(answers: { [K in keyof BoxLooks]?: () => Promise<readonly Finding[]> } = {}) {
  const asked: string[] = []
  const of = (name: keyof BoxLooks) => async (): Promise<readonly Finding[]> => {
    asked.push(name)
    return (await answers[name]?.()) ?? [healthy(name, 'fine')]
  }
  const looks: BoxLooks = {
    folders: of('folders'),
    room: of('room'),
    network: of('network'),
    programs: of('programs'),
    bucket: of('bucket'),
    cloud: of('cloud'),
  }
  return { looks, asked }
}

const names = ({ checks }: BoxLook): string[] => checks.map(({ name }) => name)

test('what costs something is asked each hour, and each five minutes while it is not well; the rest each time', async () => {
  const bucket = { is: unhealthy('bucket', 'refused', 'allow s3:PutObject') }
  const { looks, asked } = openLooks({ bucket: () => Promise.resolve([bucket.is]) })
  const dearAt = async (before: BoxLook | undefined, minute: number): Promise<[BoxLook, boolean]> => {
    asked.length = 0
    const look = await lookAgain(looks, before, minute * minuteUs)
    assert.ok(asked.includes('room'))
    return [look, asked.includes('bucket')]
  }
  const [first, isFirst] = await dearAt(undefined, 0)
  const [second, isSecond] = await dearAt(first, 4)
  bucket.is = healthy('bucket', 'an object was written')
  const [third, isThird] = await dearAt(second, 5)
  const [fourth, isFourth] = await dearAt(third, 64)
  const [, isFifth] = await dearAt(fourth, 65)
  assert.deepEqual([isFirst, isSecond, isThird, isFourth, isFifth], [true, false, true, false, true])
  assert.deepEqual([first, second, third, fourth].map(names), [['bucket'], ['bucket'], [], []], 'what is not asked stays as it was')
})

test('what is not well is one check a look, with all that is wrong of it and each mend once', async () => {
  const { looks } = openLooks({
    programs: () =>
      Promise.resolve([
        healthy('ffmpeg', '7.1'),
        unhealthy('ffprobe', 'is missing', 'install it'),
        degraded('v4l2-ctl', 'is old', 'install it'),
      ]),
    bucket: () => Promise.resolve([healthy('bucket', 'fine'), degraded('upload', 'a film waits', 'wait')]),
  })
  assert.deepEqual((await lookAgain(looks, undefined, 0)).checks, [
    {
      name: 'programs',
      status: 'unhealthy',
      message: 'ffprobe: is missing; v4l2-ctl: is old',
      mend: 'install it',
      subjects: ['ffprobe', 'v4l2-ctl'],
    },
  ])
})

test('a look that hangs or fails says nothing new, and holds up no other one', async () => {
  const before: BoxLook = {
    dearUs: 0,
    checks: [{ name: 'network', status: 'degraded', message: 'no address', mend: 'look at the cable', subjects: ['network'] }],
  }
  const { looks } = openLooks({
    network: () => new Promise(() => undefined),
    folders: () => Promise.reject(new Error('gone')),
    room: () => Promise.resolve([degraded('room', '3 hours', 'free space')]),
  })
  assert.deepEqual(names(await lookAgain(looks, before, minuteUs, 20)), ['room', 'network'])
})
