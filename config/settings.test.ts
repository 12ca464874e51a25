import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { test } from 'node:test'
import { EzrecError } from '../src/base/errors.ts'
import { variables } from './env.ts'
import { examineSettings, judgeSettings, openSettings, type Settings } from './settings.ts'

const context = { home: '/srv/box', cwd: '/srv' }
const settingsOf = (env: Record<string, string | undefined>): Settings => judgeSettings(env, context).settings

const faultsOf = (env: Record<string, string | undefined>): readonly string[] =>
  examineSettings(env, context).faults.map(({ name, fault }) => `${name} ${fault}`)

test('with nothing set a box is complete on its own', () => {
  const { settings, warnings } = judgeSettings({}, context)
  assert.deepEqual(warnings, [])
  assert.deepEqual(settings, {
    paths: {
      home: '/srv/box',
      recordings: '/srv/box/recordings',
      takes: '/srv/box/takes',
      store: '/srv/box/store',
      logs: '/srv/box/logs',
      cache: '/srv/box/cache',
      clips: '/srv/box/cache/clips',
      uploadedBranding: '/srv/box/uploaded-branding',
      bookends: '/srv/box/cache/bookends',
      database: '/srv/box/ezrec.sqlite',
      plan: '/srv/box/capture-plan.json',
      boxTime: '/srv/box/box-time.json',
      shareSecret: '/srv/box/share-secret',
      bookingsFile: '/srv/box/api/local_data/bookings.json',
      umask: 0o027,
    },
    camera: {
      left: 'auto',
      right: 'auto',
      rigId: 'rig-1',
      width: 1280,
      height: 720,
      leftRotation: 0,
      rightRotation: 0,
      leftFlip: 'none',
      rightFlip: 'none',
      fps: 25,
      bitrateKbps: 5000,
      mainsHz: 50,
      sync: true,
      segmentSeconds: 4,
      sound: 'off',
      leadInSeconds: 10,
      tailSeconds: 2,
      stallSeconds: 2.5,
      statusLed: { kind: 'off' },
    },
    booking: { userId: 'local', timeZone: 'UTC', clockTrust: 'auto', maxHours: 12, minSeconds: 1 },
    merge: {
      layout: 'side-by-side',
      mainCamera: 'left',
      insetCorner: 'top-left',
      preset: 'superfast',
      profile: 'standard',
      encoder: 'auto',
      crf: 23,
      maxRateKbps: 6000,
      chunkSeconds: 2,
    },
    branding: {
      logos: [],
      logoPlaces: [
        { slot: 'platform', position: 'bottom-right', width: 400, height: 400 },
        { slot: 'venue', position: 'top-right', width: 120, height: 120 },
        { slot: 'sponsor-1', position: 'bottom-left', width: 120, height: 120 },
        { slot: 'sponsor-2', position: 'bottom-center', width: 120, height: 120 },
        { slot: 'sponsor-3', position: 'top-left', width: 120, height: 120 },
      ],
      margin: 10,
      opacity: 1,
      intro: undefined,
      outro: undefined,
      score: undefined,
      scorePlace: { position: 'top-center', height: 28 },
    },
    storage: {
      region: 'us-east-1',
      forcePathStyle: false,
      checksum: 'supported',
      partMebibytes: 5,
      maxAttempts: 5,
      timeoutSeconds: 30,
      windows: [],
      pauseWhileRecording: false,
      viewerRateKbps: 1_000,
      first: 'oldest',
      tracks: 'off',
      verifyPercent: 10,
      configured: false,
    },
    keep: { tracksDays: 7, chunksDays: 3, filmsDays: 0, clipsDays: 0, logsDays: 30, publishedDays: 0 },
    database: { timeoutSeconds: 10, pollSeconds: 15, configured: false },
    api: {
      host: '0.0.0.0',
      port: 8000,
      portGiven: false,
      debug: false,
      trustedProxies: [],
      corsOrigins: [],
      requestsPerMinute: 6_000,
      openRequestsPerMinute: 24_000,
      livePreview: false,
    },
    share: { days: 7, mode: 'auto' },
    mail: { port: 587, useTls: true },
    logging: { level: 'INFO' },
  })
})

test("each variable's example passes, and each default is what holds without it", () => {
  const together: Record<string, string> = {}
  for (const { name, example, default: usual } of variables) {
    together[name] = example
    if (usual !== undefined) assert.deepEqual(faultsOf({ [name]: usual }), [], name)
  }
  assert.deepEqual(faultsOf(together), [])
})

test('nothing in the settings can be changed later', () => {
  const settings = settingsOf({ TRUSTED_PROXIES: '10.0.0.1' })
  for (const part of [settings, ...Object.values(settings), settings.api.trustedProxies, settings.api.corsOrigins])
    assert.ok(Object.isFrozen(part))
})

test('an empty value and one of blanks count as unset', () => {
  assert.deepEqual(settingsOf({ API_PORT: '', RECORDING_FPS: '   ', LOG_LEVEL: undefined }), settingsOf({}))
})

test('blanks around a value do not matter', () => {
  assert.equal(settingsOf({ RECORDING_FPS: ' 30 ' }).camera.fps, 30)
})

test('all faults are told at once, each with its name and an example', () => {
  const env = { API_PORT: '80000', RECORDING_FPS: 'fast', CAMERA_LEFT: 'webcam', S3_BUCKET: 'films' }
  assert.throws(
    () => judgeSettings(env, { ...context, faults: [{ name: '.env line 3', fault: 'is odd', example: 'A=b' }] }),
    (error: unknown) => {
      assert.ok(error instanceof EzrecError)
      assert.equal(error.code, 'invalid')
      assert.notEqual(error.hint, '')
      const lines = error.message.split('\n')
      assert.equal(lines[0], '6 settings cannot be used:')
      assert.equal(lines[1], '  .env line 3 is odd; for example A=b')
      assert.ok(lines.includes('  API_PORT is not a whole number from 1 to 65535; for example API_PORT=8080'))
      assert.ok(
        lines.includes(
          '  RECORDING_FPS is no frame rate of ours: 10, 12, 15, 16, 18, 20, 24, 25, 30, 36, 40, 45, 48, 50 or 60; for example RECORDING_FPS=30',
        ),
      )
      assert.deepEqual(
        new Set(Object.keys(error.facts)),
        new Set(['.env line 3', 'API_PORT', 'RECORDING_FPS', 'CAMERA_LEFT', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']),
      )
      assert.equal(error.facts['API_PORT'], 'is not a whole number from 1 to 65535')
      return true
    },
  )
  assert.throws(() => judgeSettings({ API_PORT: 'x' }, context), { message: /^1 setting cannot be used:\n/ })
})

test('a fault of the .env file alone is enough to refuse', () => {
  assert.throws(() => judgeSettings({}, { ...context, faults: [{ name: '.env line 1', fault: 'is odd', example: 'A=b' }] }), {
    code: 'invalid',
  })
})

test('a comment behind a value is recognised as the fault', () => {
  assert.deepEqual(faultsOf({ RECORDING_FPS: '25   # smooth' }), [
    'RECORDING_FPS is no frame rate of ours: 10, 12, 15, 16, 18, 20, 24, 25, 30, 36, 40, 45, 48, 50 or 60 (a comment needs a line of its own)',
  ])
})

test('a fault in a value given under an old name tells that name', () => {
  assert.deepEqual(faultsOf({ MERGE_METHOD: 'mosaic' }), [
    'MERGE_LAYOUT is none of side-by-side, stacked, single, picture-in-picture, panorama (it is set as MERGE_METHOD)',
  ])
})

test('one fault a variable is enough, also when the value is bad in several ways', () => {
  assert.equal(faultsOf({ API_PORT: 'a\u0007b' }).length, 1)
  assert.deepEqual(faultsOf({ AWS_ACCESS_KEY_ID: 'short', AWS_SECRET_ACCESS_KEY: 'long-enough-secret', S3_BUCKET: 'films' }), [
    'AWS_ACCESS_KEY_ID is not 8 to 4096 characters without spaces',
  ])
})

test("the original's words for a layout and a level are understood", () => {
  assert.equal(settingsOf({ MERGE_METHOD: 'side_by_side' }).merge.layout, 'side-by-side')
  assert.equal(settingsOf({ MERGE_METHOD: 'advanced_stitch' }).merge.layout, 'panorama')
  assert.equal(settingsOf({ MERGE_METHOD: 'panoramic' }).merge.layout, 'panorama')
  assert.equal(settingsOf({ LOG_LEVEL: 'warning' }).logging.level, 'WARN')
  assert.equal(settingsOf({ LOG_LEVEL: 'CRITICAL' }).logging.level, 'ERROR')
})

test('DEBUG raises the level of the logs only when LOG_LEVEL is silent', () => {
  assert.equal(settingsOf({ DEBUG: 'true' }).logging.level, 'DEBUG')
  assert.equal(settingsOf({ DEBUG: 'true', LOG_LEVEL: 'ERROR' }).logging.level, 'ERROR')
  assert.equal(settingsOf({ DEBUG: 'no' }).logging.level, 'INFO')
})

test('a port that was asked for is told from the default', () => {
  assert.deepEqual({ ...settingsOf({ API_PORT: '8000' }).api, host: '' }, { ...settingsOf({}).api, portGiven: true, host: '' })
})

test('folders may be moved: beside the home, inside it, or relative to where one stands', () => {
  const { paths } = settingsOf({ RECORDINGS_DIR: '/disk/films', STORE_DIR: '<home>/shop', LOG_DIR: 'logs' })
  assert.equal(paths.recordings, '/disk/films')
  assert.equal(paths.store, '/srv/box/shop')
  assert.equal(paths.logs, '/srv/logs')
  assert.equal(paths.cache, '/srv/box/cache')
  assert.equal(settingsOf({ TAKES_DIR: '<home>2/takes' }).paths.takes, '/srv/<home>2/takes')
})

test('a home given as a relative path is resolved against where one stands', () => {
  assert.equal(judgeSettings({}, { home: 'box', cwd: '/srv' }).settings.paths.database, '/srv/box/ezrec.sqlite')
})

test('bucket and cloud count as configured when they are whole', () => {
  const env = {
    AWS_ACCESS_KEY_ID: 'AKIA0000EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret-of-some-length',
    AWS_S3_BUCKET: 'films',
    SUPABASE_URL: 'https://a.example.org/',
    SUPABASE_SERVICE_ROLE_KEY: 'role-key-of-some-length',
  }
  const { storage, database } = settingsOf(env)
  assert.equal(storage.configured, true)
  assert.equal(storage.bucket, 'films')
  assert.equal(database.configured, true)
  assert.equal(database.supabaseUrl, 'https://a.example.org')
})

test('a rate that fills more than 3 GB per hour passes with a remark', () => {
  assert.deepEqual(judgeSettings({ MERGE_MAX_RATE_KBPS: '8000' }, context).warnings, [
    'the settings allow films of at most 3.6 GB per hour',
  ])
  assert.deepEqual(judgeSettings({ MERGE_MAX_RATE_KBPS: '6666' }, context).warnings, [])
})

test('a profile sets quality and highest rate together; an expert may set either otherwise, and a constant quantiser is told as unbounded', () => {
  const { crf, maxRateKbps } = settingsOf({ MERGE_PROFILE: 'small' }).merge
  assert.deepEqual([crf, maxRateKbps], [26, 3_000])
  const own = settingsOf({ MERGE_PROFILE: 'small', MERGE_CRF: '20' }).merge
  assert.deepEqual([own.crf, own.maxRateKbps], [20, 3_000])
  assert.match(judgeSettings({ MERGE_QP: '23' }, context).warnings.join(' '), /MERGE_QP bounds no size.*perhaps 10\.\d GB per hour/)
})

test('the settings of a home are its .env file under the environment of the process', async () => {
  const home = await mkdtemp(path.join(os.tmpdir(), 'ezrec-settings-'))
  try {
    await writeFile(path.join(home, '.env'), 'USER_ID=park\nMERGE_CRFF=20\n', { mode: 0o604 })
    const { settings, warnings } = openSettings(home)
    assert.equal(settings.paths.home, home)
    assert.equal(settings.booking.userId, 'park')
    assert.ok(warnings.some((warning) => warning.includes('may be read by everyone')))
    assert.ok(warnings.includes('MERGE_CRFF is not a setting: is MERGE_CRF meant?'))
    await writeFile(path.join(home, '.env'), 'what is this\n')
    assert.throws(() => openSettings(home), { code: 'invalid', message: /\.env line 1 is neither/ })
  } finally {
    await rm(home, { recursive: true })
  }
})
