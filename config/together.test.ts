import assert from 'node:assert/strict'
import { test } from 'node:test'
import { crossFaults } from './together.ts'

const faults = (texts: Record<string, string>): readonly string[] =>
  crossFaults(new Map(Object.entries(texts))).map(({ name, fault }) => `${name} ${fault}`)

test('a bucket needs key, secret and name together', () => {
  assert.deepEqual(faults({}), [])
  assert.deepEqual(faults({ AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', S3_BUCKET: 'c' }), [])
  assert.deepEqual(faults({ S3_BUCKET: 'c', AWS_ACCESS_KEY_ID: 'a' }), [
    'AWS_SECRET_ACCESS_KEY is missing: the bucket needs AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, S3_BUCKET together, and AWS_ACCESS_KEY_ID, S3_BUCKET is set',
  ])
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'S3_BUCKET']) assert.equal(faults({ [name]: 'a' }).length, 2)
})

test('Supabase needs address and key together', () => {
  assert.deepEqual(faults({ SUPABASE_URL: 'a', SUPABASE_SERVICE_ROLE_KEY: 'b' }), [])
  assert.match(faults({ SUPABASE_URL: 'a' })[0] ?? '', /^SUPABASE_SERVICE_ROLE_KEY is missing: Supabase needs/)
  assert.match(faults({ SUPABASE_SERVICE_ROLE_KEY: 'a' })[0] ?? '', /^SUPABASE_URL is missing/)
})

test('each fault comes with an example of its own variable', () => {
  const all = crossFaults(
    new Map(
      Object.entries({ S3_BUCKET: 'a', SUPABASE_URL: 'b', CAMERA_LEFT: 'v4l2:1', CAMERA_RIGHT: 'v4l2:1', LOG_DIR: 'x', CACHE_DIR: 'x' }),
    ),
  )
  assert.equal(all.length, 5)
  for (const { name, example } of all) assert.match(example, new RegExp(`^${name}=.{3,}`))
})

test('the two sides cannot be one real camera', () => {
  const same = ['CAMERA_RIGHT names the same camera as CAMERA_LEFT']
  const pair = (left: string, right: string): readonly string[] => faults({ CAMERA_LEFT: left, CAMERA_RIGHT: right })
  for (const source of ['v4l2:/dev/video0', 'rpicam:/base/1', 'rtsp://h/1']) assert.deepEqual(pair(source, source), same)
  assert.deepEqual(pair('v4l2:/dev/video0', 'v4l2:/dev/video0?x=1'), same)
  assert.deepEqual(pair('v4l2:/dev/video0', 'v4l2:/dev/video2'), [])
  assert.deepEqual(pair('rtsp://h/cam?channel=1', 'rtsp://h/cam?channel=2'), [])
  for (const source of ['auto', 'simulated:left', 'file:a.mp4', 'xv4l2:1']) assert.deepEqual(pair(source, source), [])
  assert.deepEqual(faults({ CAMERA_LEFT: 'v4l2:/dev/video0' }), [])
  assert.deepEqual(faults({ CAMERA_RIGHT: 'v4l2:/dev/video0' }), [])
})

test('two kinds of files never share a folder', () => {
  assert.deepEqual(faults({ STORE_DIR: '/a/', CACHE_DIR: '/a' }), ['CACHE_DIR names the same folder as STORE_DIR'])
  assert.deepEqual(faults({ RECORDINGS_DIR: '/a', TAKES_DIR: '/a//' }), ['TAKES_DIR names the same folder as RECORDINGS_DIR'])
  assert.deepEqual(faults({ LOG_DIR: '/a', STORE_DIR: '/b', TAKES_DIR: '/b/c' }), [])
})

test('the default folder of another kind is taken, whichever of the two was set', () => {
  assert.deepEqual(faults({ CACHE_DIR: '<home>/store' }), ['CACHE_DIR names the same folder as STORE_DIR'])
  assert.deepEqual(faults({ STORE_DIR: '<home>/cache' }), ['STORE_DIR names the same folder as CACHE_DIR'])
  assert.deepEqual(faults({ EZREC_HOME: '/srv', LOG_DIR: '/srv/store' }), ['LOG_DIR names the same folder as STORE_DIR'])
})

test('no kind of file lies in the home itself', () => {
  assert.deepEqual(faults({ CACHE_DIR: '<home>' }), ['CACHE_DIR names the same folder as EZREC_HOME'])
  assert.deepEqual(faults({ CACHE_DIR: '<home>/' }), ['CACHE_DIR names the same folder as EZREC_HOME'])
  assert.deepEqual(faults({ EZREC_HOME: '/srv', CACHE_DIR: '/srv' }), ['CACHE_DIR names the same folder as EZREC_HOME'])
  assert.deepEqual(faults({ EZREC_HOME: '/srv', CACHE_DIR: '<home>2' }), [])
  assert.deepEqual(faults({ EZREC_HOME: '/', LOG_DIR: '/' }), ['LOG_DIR names the same folder as EZREC_HOME'])
})
