import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isBeginning, isPerson } from './visitor-policy.ts'

test('people with browsers count; previews of messengers, crawlers and programs do not', () => {
  for (const person of [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0',
  ])
    assert.ok(isPerson(person), person)
  for (const program of [
    null,
    '',
    'WhatsApp/2.23.20.0 A',
    'TelegramBot (like TwitterBot)',
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    'facebookexternalhit/1.1',
    'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5',
    'Slackbot-LinkExpanding 1.0',
    'curl/8.5.0',
    'node',
  ])
    assert.equal(isPerson(program), false, String(program))
})

test('a download begins with its first byte, whatever a player asks for later', () => {
  assert.deepEqual([null, 'bytes=0-', ' Bytes = 0-99'].map(isBeginning), [true, true, true])
  assert.deepEqual(['bytes=1-', 'bytes=-500', 'bytes=500-999'].map(isBeginning), [false, false, false])
})
