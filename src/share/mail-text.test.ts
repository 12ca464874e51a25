import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { mailText } from './mail-text.ts'

const facts = {
  title: 'Final',
  when: 'Saturday, 2 May 2026, 19:30 to 21:00',
  url: 'https://x/s/t',
  linkUntil: '9 May 2026',
  lacks: ['The left camera was out for 4 s.'],
}

test('the news is told as it is: whole, with what is missing, or that there is none', () => {
  assert.deepEqual(mailText('ready', { ...facts, lacks: [] }), {
    subject: 'Your film is ready: Final',
    text: 'Final\nSaturday, 2 May 2026, 19:30 to 21:00\n\nThe film of your match is ready.\n\nhttps://x/s/t\n\nThe link works until 9 May 2026. Who has it can see the film.\n',
  })
  const partial = mailText('partial', facts)
  assert.match(partial.subject, /a part of it is missing/)
  assert.match(partial.text, /Not everything was seen:\n\n- The left camera was out for 4 s\.\n\nhttps/)
  const missed = mailText('missed', { ...facts, url: undefined, linkUntil: undefined, lacks: ['The film could not be made.'] })
  assert.match(missed.subject, /no film/)
  assert.match(missed.text, /was not recorded/)
  assert.equal(missed.text.includes('https'), false)
})

test('whatever a title says, it stays in its line: no header, no second paragraph', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('ready', 'partial', 'missed'), (title, kind) => {
      const plain = mailText(kind, { ...facts, title: 'x' })
      const { subject, text } = mailText(kind, { ...facts, title })
      assert.doesNotMatch(subject, /[\p{C}\p{Zl}\p{Zp}]/u)
      assert.equal(text.split(/\r|\n/).length, plain.text.split('\n').length)
    }),
  )
})
