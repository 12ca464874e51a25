import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { variables, type Variable } from '../../config/env.ts'
import { repository, seedItems } from './seed-table.ts'

/** Each bullet of the seed's five categories of settings, and the variables that keep it. */
const keptBy: Readonly<Record<string, readonly string[]>> = {
  'Database: Supabase URL and API keys': ['SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY'],
  'Database: Connection settings and timeouts': ['SUPABASE_TIMEOUT_SECONDS', 'SUPABASE_POLL_SECONDS'],
  'Storage: AWS S3 credentials and bucket settings': ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_DEFAULT_REGION', 'S3_BUCKET'],
  'Storage: Upload configurations and retry policies': ['S3_PART_MEBIBYTES', 'S3_CHECKSUM', 'S3_MAX_ATTEMPTS', 'S3_TIMEOUT_SECONDS'],
  'Camera: Recording resolution and framerate': ['RESOLUTION', 'RECORDING_FPS'],
  'Camera: Timeout settings and quality presets': ['CAMERA_STALL_SECONDS', 'MERGE_PRESET', 'MERGE_PROFILE'],
  'API: Server host and port settings': ['API_HOST', 'API_PORT'],
  'API: Debug mode and logging levels': ['DEBUG', 'LOG_LEVEL'],
  'Path: Deployment paths and directory structure': ['EZREC_HOME', 'RECORDINGS_DIR', 'STORE_DIR'],
  'Path: Log file locations and permissions': ['LOG_DIR', 'EZREC_UMASK'],
}

/** What only the owner can know has no default. */
const withoutDefault = ['SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'S3_BUCKET']

test("every bullet of the seed's five categories has a variable, with a unit and a default unless only the owner can know it", () => {
  assert.deepEqual(Object.keys(keptBy), seedItems['configuration categories'])
  for (const [bullet, names] of Object.entries(keptBy)) {
    assert.ok(names.length > 0, bullet)
    for (const name of names) {
      const variable = variables.find((known) => known.name === name)
      assert.ok(variable !== undefined, `${bullet}: ${name}`)
      assert.notEqual(variable.unit, '')
      assert.equal(variable.default === undefined, withoutDefault.includes(name), `${name} and its default`)
    }
  }
})

test('docs/ref/settings.md has a row for every variable, in the words of its declaration', () => {
  const page = readFileSync(path.join(repository, 'docs', 'ref', 'settings.md'), 'utf8')
  const rows = new Set(page.split('\n').filter((line) => line.startsWith('| `')))
  assert.deepEqual(
    variables.map(rowOf).filter((row) => !rows.has(row)),
    [],
  )
  for (const bullet of Object.keys(keptBy)) assert.ok(page.includes(`| ${bullet.replace(': ', ' | ')} |`), bullet)
})

function rowOf({ name, unit, default: usual, meaning, secret, aliases = [], later, example }: Variable): string {
  const held = usual === undefined ? '-' : usual === '' ? 'empty' : `\`${usual}\``
  const remarks = [
    meaning,
    ...(secret === true ? ['Secret.'] : []),
    ...(aliases.length === 0 ? [] : [`Old name: ${aliases.map((alias) => `\`${alias.name}\``).join(', ')}.`]),
    ...(later === undefined ? [] : [`*Later: ${later}.*`]),
  ]
  return `| \`${name}\` | ${unit} | ${held} | ${remarks.join(' ')} | \`${example}\` |`
}
