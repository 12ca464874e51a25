// The settings: judged once, frozen, in groups. Each part of the code is handed its group.
// Never reads the environment or the clock, never makes a folder; all faults are reported together.

import path from 'node:path'
import type { z } from 'zod'
import { readEnvironment, settingsSchema, variables } from './env.ts'
import { faultsError, type Fault } from './fault.ts'
import { forecastSize, profiles, tellForecast, type FilmedPixels } from './film-profiles.ts'
import { gatherValues, type Gathered } from './gather.ts'
import type { LogoPosition, LogoSlot } from './picture-words.ts'
import { crossFaults } from './together.ts'

type Given = z.output<typeof settingsSchema>

/** See docs/ref/settings.md for each value, its unit and default. */
export type Settings = Readonly<ReturnType<typeof assemble>>

export type JudgedSettings = { readonly settings: Settings; readonly warnings: readonly string[] }

export type SettingsContext = {
  /** Where state and media live; a relative one is resolved against `cwd`. */
  readonly home: string
  readonly cwd: string
  /** What was wrong before: reported with the rest. */
  readonly faults?: readonly Fault[]
}

/** Variables to settings. An empty value counts as unset. Throws one EzrecError `invalid` that lists every fault. */
export function judgeSettings(env: Readonly<Record<string, string | undefined>>, context: SettingsContext): JudgedSettings {
  const { settings, faults, warnings } = examineSettings(env, context)
  if (settings === undefined) throw faultsError(faults)
  return { settings, warnings }
}

export type ExaminedSettings = {
  /** Absent when there are faults. */
  readonly settings: Settings | undefined
  readonly faults: readonly Fault[]
  readonly warnings: readonly string[]
  /** What was given, by variable. Secrets included. */
  readonly texts: ReadonlyMap<string, string>
}

/** The same judgement as a value, for a report on settings that may be wrong. Never throws. */
export function examineSettings(env: Readonly<Record<string, string | undefined>>, context: SettingsContext): ExaminedSettings {
  const gathered = gatherValues(env, variables)
  const { texts } = gathered
  const parsed = settingsSchema.safeParse(nest(texts, new Set(gathered.faults.map(({ name }) => name))))
  const own = [...gathered.faults, ...formFaults(parsed.error, texts), ...crossFaults(texts)].map((fault) => withOldName(fault, gathered))
  const faults = [...(context.faults ?? []), ...own]
  if (!parsed.success || faults.length > 0) return { settings: undefined, faults, warnings: gathered.warnings, texts }
  const settings = assemble(parsed.data, texts, path.resolve(context.cwd, context.home), context.cwd)
  return { settings, faults, warnings: [...gathered.warnings, ...remarks(settings)], texts }
}

/** The settings of this process: its environment over `<home>/.env`. Errors: `invalid`, listing every fault. */
export function openSettings(home?: string): JudgedSettings {
  const { values, faults, warnings, ...environment } = readEnvironment(home)
  const judged = judgeSettings(values, { home: environment.home, cwd: process.cwd(), faults })
  return { settings: judged.settings, warnings: [...warnings, ...judged.warnings] }
}

/** Texts by variable as the schema wants them: group, then property. One fault a variable is enough: those in `faulty` are left out. */
function nest(texts: ReadonlyMap<string, string>, faulty: ReadonlySet<string>): Record<string, Record<string, string>> {
  const groups = Object.fromEntries(Object.keys(settingsSchema.shape).map((group): [string, Record<string, string>] => [group, {}]))
  for (const { group, property, name } of variables) {
    const text = texts.get(name)
    const values = groups[group]
    if (values !== undefined && text !== undefined && !faulty.has(name)) values[property] = text
  }
  return groups
}

function formFaults(error: z.ZodError | undefined, texts: ReadonlyMap<string, string>): readonly Fault[] {
  return (error?.issues ?? []).map(({ path: [group, property], message }) => {
    const found = variables.find((variable) => variable.group === group && variable.property === property)
    const name = found?.name ?? 'settings'
    const comment = /\s#/.test(texts.get(name) ?? '') ? ' (a comment needs a line of its own)' : ''
    return { name, fault: message + comment, example: `${name}=${found?.example ?? ''}` }
  })
}

/** Names the variable that people will find in their file. */
function withOldName(fault: Fault, { oldNames }: Gathered): Fault {
  const oldName = oldNames.get(fault.name)
  return oldName === undefined ? fault : { ...fault, fault: `${fault.fault} (it is set as ${oldName})` }
}

function assemble(given: Given, texts: ReadonlyMap<string, string>, home: string, cwd: string) {
  const { frameSize, ...camera } = given.camera
  const place = (folder: string): string =>
    folder.startsWith('<home>/') ? path.join(home, folder.slice('<home>'.length)) : path.resolve(cwd, folder)
  return Object.freeze({
    paths: Object.freeze({
      home,
      recordings: place(given.paths.recordings),
      takes: place(given.paths.takes),
      store: place(given.paths.store),
      logs: place(given.paths.logs),
      cache: place(given.paths.cache),
      bookends: path.join(place(given.paths.cache), 'bookends'),
      clips: path.join(place(given.paths.cache), 'clips'),
      uploadedBranding: path.join(home, 'uploaded-branding'),
      database: path.join(home, 'ezrec.sqlite'),
      plan: path.join(home, 'capture-plan.json'),
      boxTime: path.join(home, 'box-time.json'),
      shareSecret: path.join(home, 'share-secret'),
      bookingsFile: path.join(home, 'api', 'local_data', 'bookings.json'),
      umask: given.paths.umask,
    }),
    camera: Object.freeze({ ...camera, ...frameSize }),
    booking: Object.freeze(given.booking),
    merge: Object.freeze(mergeOf(given.merge)),
    branding: brandingOf(given.branding, place),
    storage: Object.freeze({ ...given.storage, configured: given.storage.bucket !== undefined }),
    keep: Object.freeze(given.keep),
    database: Object.freeze({ ...given.database, configured: given.database.supabaseUrl !== undefined }),
    api: Object.freeze({ ...given.api, portGiven: texts.has('API_PORT') }),
    share: Object.freeze(given.share),
    mail: Object.freeze(given.mail),
    logging: Object.freeze({ level: given.api.debug && !texts.has('LOG_LEVEL') ? ('DEBUG' as const) : given.logging.level }),
  })
}

/** A logo that is to stand on every film. */
export type LogoSetting = {
  readonly slot: LogoSlot
  /** Absolute. */
  readonly file: string
  readonly position: LogoPosition
  /** The box that it fits in, in pixels of the film. */
  readonly width: number
  readonly height: number
}

/** Where a logo of each kind stands, whether one is set or not. */
export type LogoPlace = Omit<LogoSetting, 'file'>

/** A text that others write into a file while the match is on. */
export type ScoreSetting = {
  /** Absolute. */
  readonly file: string
  readonly position: LogoPosition
  /** Of a letter, in pixels of the film. */
  readonly height: number
}

export type BrandingSettings = {
  readonly logos: readonly LogoSetting[]
  readonly margin: number
  readonly opacity: number
  /** Films, absolute. */
  readonly intro?: string | undefined
  readonly outro?: string | undefined
  readonly score?: ScoreSetting | undefined
}

/** As the settings say it. */
export type SetBranding = BrandingSettings & {
  readonly logoPlaces: readonly LogoPlace[]
  /** Also where no score is set. */
  readonly scorePlace: Omit<ScoreSetting, 'file'>
}

/** The logos that are set, in the order in which they take their places. */
function brandingOf(b: Given['branding'], place: (file: string) => string): SetBranding {
  const sponsor = { width: b.sponsorWidth, height: b.sponsorHeight }
  const slots = [
    { slot: 'platform', file: b.platformFile, position: b.platformPosition, width: b.platformWidth, height: b.platformHeight },
    { slot: 'venue', file: b.venueFile, position: b.venuePosition, width: b.venueWidth, height: b.venueHeight },
    { slot: 'sponsor-1', file: b.sponsor1File, position: b.sponsor1Position, ...sponsor },
    { slot: 'sponsor-2', file: b.sponsor2File, position: b.sponsor2Position, ...sponsor },
    { slot: 'sponsor-3', file: b.sponsor3File, position: b.sponsor3Position, ...sponsor },
  ] as const
  const logos = slots.flatMap(({ file, ...logo }) => (file === undefined ? [] : [Object.freeze({ ...logo, file: place(file) })]))
  const scorePlace = Object.freeze({ position: b.scorePosition, height: b.scoreHeight })
  const score = b.scoreFile === undefined ? undefined : { ...scorePlace, file: place(b.scoreFile) }
  return Object.freeze({
    logos: Object.freeze(logos),
    logoPlaces: Object.freeze(slots.map(({ file: _file, ...logo }) => Object.freeze(logo))),
    margin: b.margin,
    opacity: b.opacity,
    intro: b.introFile === undefined ? undefined : place(b.introFile),
    outro: b.outroFile === undefined ? undefined : place(b.outroFile),
    score: score && Object.freeze(score),
    scorePlace,
  })
}

/** What the profile says, unless an expert said otherwise. */
const mergeOf = (given: Given['merge']) => ({
  ...given,
  crf: given.crf ?? profiles[given.profile].crf,
  maxRateKbps: given.maxRateKbps ?? profiles[given.profile].maxRateKbps,
})

export const filmedPixels = ({ camera }: Pick<Settings, 'camera'>): FilmedPixels => ({ ...camera, sound: camera.sound !== 'off' })

/** What may be meant so, but should be known. */
function remarks(settings: Settings): readonly string[] {
  const forecast = forecastSize(settings.merge, filmedPixels(settings))
  if (!forecast.isHighest)
    return [`MERGE_QP bounds no size: a lively film takes ${tellForecast(forecast)}, and a late merge does not hurry`]
  return forecast.gigabytesPerHour > 3 ? [`the settings allow films of ${tellForecast(forecast)}`] : []
}
