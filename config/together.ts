// Rules that bind several variables: what must be set together, and what must differ.
// Never looks at the form of one value: its schema does.

import { variables } from './env.ts'
import type { Fault } from './fault.ts'

/** Faults among values by variable name; a value with a fault of its own may be among them. */
export function crossFaults(texts: ReadonlyMap<string, string>): readonly Fault[] {
  return [
    ...allOrNone(texts, 'the bucket', {
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI-EXAMPLEKEY',
      S3_BUCKET: 'green-park-films',
    }),
    ...allOrNone(texts, 'Supabase', {
      SUPABASE_URL: 'https://abcdefgh.supabase.co',
      SUPABASE_SERVICE_ROLE_KEY: 'sb_secret_EXAMPLE0000000000',
    }),
    ...allOrNone(texts, 'e-mail', { EMAIL_HOST: 'smtp.example.org', EMAIL_FROM: 'court@example.org' }),
    ...allOrNone(texts, 'signing in to the mail server', { EMAIL_HOST_USER: 'court@example.org', EMAIL_HOST_PASSWORD: 'app-password' }),
    ...twoCameras(texts.get('CAMERA_LEFT'), texts.get('CAMERA_RIGHT')),
    ...ownFolders(texts),
  ]
}

function allOrNone(texts: ReadonlyMap<string, string>, what: string, examples: Readonly<Record<string, string>>): readonly Fault[] {
  const names = Object.keys(examples)
  const given = names.filter((name) => texts.has(name))
  if (given.length === 0) return []
  return names
    .filter((name) => !texts.has(name))
    .map((name) => ({
      name,
      fault: `is missing: ${what} needs ${names.join(', ')} together, and ${given.join(', ')} is set`,
      example: `${name}=${examples[name]}`,
    }))
}

/** Two sides cannot show one real camera; a film or the simulated match may be shown twice. */
function twoCameras(left: string | undefined, right: string | undefined): readonly Fault[] {
  if (left === undefined || right === undefined || !/^(rpicam|v4l2|rtsp):/.test(left) || device(left) !== device(right)) return []
  return [
    {
      name: 'CAMERA_RIGHT',
      fault: 'names the same camera as CAMERA_LEFT',
      example: 'CAMERA_RIGHT=v4l2:/dev/v4l/by-path/platform-usb-0:2-video-index0',
    },
  ]
}

/** The device alone: switches follow `?`, except in an address, where they may name the camera. */
const device = (source: string): string => (source.startsWith('rtsp:') ? source : (source.split('?')[0] ?? source)).trim()

/** Each kind of file has a folder of its own: a cache may be emptied, a store may not. */
function ownFolders(texts: ReadonlyMap<string, string>): readonly Fault[] {
  const home = texts.get('EZREC_HOME') ?? '<home>'
  const names = variables.filter(({ group, unit }) => group === 'paths' && unit === 'folder')
  const places = names.map(({ name, default: usual = '' }) => ({
    name,
    place: name === 'EZREC_HOME' ? home : (texts.get(name) ?? usual).replace(/^<home>(?=\/|$)/, home).replace(/(?<=.)\/+$/, ''),
  }))
  return places.flatMap(({ name, place }, index) => {
    const twin = places.slice(0, index).find((earlier) => earlier.place === place)
    if (twin === undefined) return []
    const [wrong, right] = texts.has(name) ? [name, twin.name] : [twin.name, name]
    return [{ name: wrong, fault: `names the same folder as ${right}`, example: `${wrong}=<home>/${wrong.toLowerCase()}` }]
  })
}
