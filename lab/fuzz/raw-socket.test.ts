import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answersIn } from './raw-socket.ts'

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
