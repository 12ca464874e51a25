import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gatherValues } from './gather.ts'

const variables = [
  {
    name: 'MERGE_LAYOUT',
    unit: 'word',
    meaning: '',
    example: 'x',
    aliases: [{ name: 'MERGE_METHOD', values: { side_by_side: 'side-by-side' } }],
  },
  { name: 'TIMEZONE_NAME', unit: 'zone', meaning: '', example: 'UTC', aliases: [{ name: 'TIMEZONE' }, { name: 'LOCAL_TIMEZONE' }] },
  { name: 'API_PORT', unit: 'port', meaning: '', example: '8080' },
  { name: 'S3_BUCKET', unit: 'name', meaning: '', example: 'films', aliases: [{ name: 'S3_BUCKETS' }] },
]

const gather = (env: Record<string, string | undefined>) => gatherValues(env, variables)

test('what is set is taken under our name, trimmed', () => {
  const { texts, oldNames, warnings, faults } = gather({ API_PORT: ' 80 ', PATH: '/bin', TIMEZONE_NAME: ' ', MERGE_LAYOUT: undefined })
  assert.deepEqual([...texts], [['API_PORT', '80']])
  assert.deepEqual([oldNames.size, warnings, faults], [0, [], []])
})

test('an old name stands in for ours, with a warning', () => {
  const { texts, oldNames, warnings } = gather({ TIMEZONE: 'Europe/Berlin' })
  assert.deepEqual([...texts], [['TIMEZONE_NAME', 'Europe/Berlin']])
  assert.deepEqual([...oldNames], [['TIMEZONE_NAME', 'TIMEZONE']])
  assert.deepEqual(warnings, ['TIMEZONE is an old name: write TIMEZONE_NAME'])
})

test("an old name's words are turned into ours, and others stay", () => {
  assert.equal(gather({ MERGE_METHOD: 'side_by_side' }).texts.get('MERGE_LAYOUT'), 'side-by-side')
  assert.equal(gather({ MERGE_METHOD: 'stacked' }).texts.get('MERGE_LAYOUT'), 'stacked')
  assert.equal(gather({ MERGE_METHOD: 'constructor' }).texts.get('MERGE_LAYOUT'), 'constructor')
  assert.equal(gather({ MERGE_LAYOUT: 'side_by_side' }).texts.get('MERGE_LAYOUT'), 'side_by_side')
})

test('ours wins over an old name, and a difference is told', () => {
  const differing = gather({ TIMEZONE_NAME: 'UTC', TIMEZONE: 'Europe/Berlin' })
  assert.equal(differing.texts.get('TIMEZONE_NAME'), 'UTC')
  assert.equal(differing.oldNames.size, 0)
  assert.deepEqual(differing.warnings, ['TIMEZONE is ignored: TIMEZONE_NAME is set as well and says otherwise'])
  assert.deepEqual(gather({ MERGE_LAYOUT: 'side-by-side', MERGE_METHOD: 'side_by_side' }).warnings, [
    'MERGE_METHOD is an old name and not needed beside MERGE_LAYOUT',
  ])
})

test('of two old names the first in the list wins', () => {
  const { texts, warnings } = gather({ LOCAL_TIMEZONE: 'UTC', TIMEZONE: 'Europe/Berlin' })
  assert.equal(texts.get('TIMEZONE_NAME'), 'Europe/Berlin')
  assert.deepEqual(warnings, [
    'TIMEZONE is an old name: write TIMEZONE_NAME',
    'LOCAL_TIMEZONE is ignored: TIMEZONE is set as well and says otherwise',
  ])
})

test('a value too long, with a control character or left from an example is a fault, and still counts as set', () => {
  const faultOf = (text: string): string | undefined => {
    const { texts, faults } = gather({ API_PORT: text })
    assert.equal(texts.get('API_PORT'), text)
    assert.ok(faults.length <= 1)
    if (faults[0] !== undefined) assert.deepEqual([faults[0].name, faults[0].example], ['API_PORT', 'API_PORT=8080'])
    return faults[0]?.fault
  }
  assert.equal(faultOf('x'.repeat(4096)), undefined)
  assert.equal(faultOf('x'.repeat(4097)), 'is longer than 4096 characters')
  assert.equal(faultOf('a\u0000b'), 'holds a control character')
  for (const text of ['your_user_id_here', 'your-camera-id', 'YOUR_KEY_HERE'])
    assert.equal(faultOf(text), 'still holds the placeholder of the example', text)
  for (const text of ['yourself', 'my_your_id_here', 'your_idea', 'your_id_heretic']) assert.equal(faultOf(text), undefined, text)
})

test('a name that is nearly ours is remarked on', () => {
  assert.deepEqual(gather({ API_PROT: '1' }).warnings, ['API_PROT is not a setting: is API_PORT meant?'])
  assert.deepEqual(gather({ api_port: '1' }).warnings, ['api_port is not a setting: is API_PORT meant?'])
  assert.deepEqual(gather({ API_PROT: '' }).warnings, [])
  assert.deepEqual(gather({ S3_BUCKETS: 'films' }).warnings, ['S3_BUCKETS is an old name: write S3_BUCKET'])
  assert.deepEqual(gather({ EZREC_COLOUR: '1' }).warnings, ['EZREC_COLOUR is not a setting'])
  assert.deepEqual(gather({ HOME: '/root', MY_EZREC_X: '1' }).warnings, [])
})

test('variables of the original that nothing reads are told in one line', () => {
  assert.deepEqual(gather({ INTRO_POSITION: 'top_left', STATUS_TABLE: 'x', API_PROT: '1', CAMERA_ROTATION: '' }).warnings, [
    'API_PROT is not a setting: is API_PORT meant?',
    'not read by this version, see docs/ref/seed.md: INTRO_POSITION, STATUS_TABLE',
  ])
})
