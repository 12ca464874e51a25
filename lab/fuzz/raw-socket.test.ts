import assert from 'node:assert/strict'
import { createServer, type AddressInfo } from 'node:net'
import { test } from 'node:test'
import { answersIn, talk, talkUncut } from './raw-socket.ts'

const plain = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b\r\n\r\nhi'
const chunked = 'HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'
const heard = (text: string, heads?: readonly number[]) => {
  const { answers, rest } = answersIn(Buffer.from(text), heads)
  return [answers.map(({ status, text: body }) => `${status} ${body}`), rest]
}

test('answers are read one behind the other, whatever frames their bodies', () => {
  assert.deepEqual(heard(plain + chunked + plain), [['200 hi', '404 abcde', '200 hi'], ''])
  assert.equal(answersIn(Buffer.from(plain)).answers[0]?.headers['x-a'], 'b')
})

test('an interim answer is none, and an answer to HEAD has no body though it tells a length', () => {
  assert.deepEqual(heard(`HTTP/1.1 100 Continue\r\n\r\n${plain}`), [['200 hi'], ''])
  assert.deepEqual(heard(plain.slice(0, -2) + plain, [0]), [['200 ', '200 hi'], ''])
})

test('half an answer is the rest, and what is no answer too', () => {
  assert.deepEqual(heard(plain + plain.slice(0, -1)), [['200 hi'], plain.slice(0, -1)])
  assert.deepEqual(heard('SSH-2.0-x\r\n\r\n'), [[], 'SSH-2.0-x\r\n\r\n'])
  assert.deepEqual(heard(`${plain}Error: it broke`), [['200 hi'], 'Error: it broke'])
})

const late = 'HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n'

/** Answers and ends; of its first connections without having read all, which resets them, and in one go with the next write of who dribbles. */
async function withResetting(cuts: number, use: (port: number) => Promise<void>): Promise<void> {
  let left = cuts
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    const isToCut = left-- > 0
    const answerAndEnd = (): void => {
      socket.write(late)
      socket.destroy()
    }
    socket.on('error', () => undefined)
    if (isToCut) {
      setTimeout(busy, 40, 150) // then both timers are due: nothing is read between the end and the write
      setTimeout(answerAndEnd, 50)
    } else socket.once('data', answerAndEnd).resume()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await use(portOf(server.address()))
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
}

function busy(ms: number): void {
  for (const untilMs = performance.now() + ms; performance.now() < untilMs;);
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return address.port
}

const dribble = { steps: [Buffer.from('G'), 10, Buffer.from('E'), 80, Buffer.from('T')], least: 0, untilClosed: true, patienceMs: 5_000 }

test('an answer that went with a reset which our own write met is told as cut, not as none', () =>
  withResetting(1, async (port) => {
    const cut = await talk(port, dribble)
    assert.deepEqual([cut.answers.length, cut.isClosed, cut.isCut], [0, true, true])
    const whole = await talk(port, dribble)
    assert.deepEqual([whole.answers[0]?.status, whole.isClosed, whole.isCut], [408, true, false])
  }))

test('what was cut is held again, three times in all', async () => {
  await withResetting(2, async (port) => assert.equal((await talkUncut(port, dribble)).answers[0]?.status, 408))
  await withResetting(3, async (port) => assert.deepEqual([(await talkUncut(port, dribble)).answers, 'still cut'], [[], 'still cut']))
})
