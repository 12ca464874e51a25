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
  afterAll: false,
}

test('the news is told as it is: whole, with what is missing, or that there is none', () => {
  const { subject, text, html } = mailText('ready', { ...facts, lacks: [] })
  assert.match(html, /<a href="https:\/\/x\/s\/t" /)
  assert.deepEqual(
    { subject, text },
    {
      subject: 'Your film is ready: Final',
      text: 'Final\nSaturday, 2 May 2026, 19:30 to 21:00\n\nThe film of your match is ready.\n\nhttps://x/s/t\n\nThe link works until 9 May 2026. Who has it can see the film.\n',
    },
  )
  const partial = mailText('partial', facts)
  assert.match(partial.subject, /a part of it is missing/)
  assert.match(partial.text, /Not everything was seen:\n\n- The left camera was out for 4 s\.\n\nhttps/)
  const missed = mailText('missed', { ...facts, url: undefined, linkUntil: undefined, lacks: ['The film could not be made.'] })
  assert.match(missed.subject, /no film/)
  assert.match(missed.text, /was not recorded/)
  for (const words of [missed.text, missed.html]) assert.equal(words.includes('https'), false)
  for (const words of [partial.text, partial.html]) assert.match(words, /The left camera was out for 4 s\./)
  assert.match(mailText('ready', { ...facts, afterAll: true }).text, /There is one after all\.\nThe film of your match is ready\./)
})

test('the HTML beside the text loads nothing and runs nothing, whatever a title says', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('ready', 'partial', 'missed'), (title, kind) => {
      const tagsOf = (html: string): readonly string[] => html.match(/<[^>]*>/g) ?? []
      const [plain, wild] = [mailText(kind, { ...facts, title: 'x' }), mailText(kind, { ...facts, title: `<img src=x onerror=y>${title}` })]
      assert.deepEqual(tagsOf(wild.html), tagsOf(plain.html))
      assert.doesNotMatch(plain.html, /<(?:img|script|link|iframe)|src=|@import|url\(/)
    }),
  )
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
