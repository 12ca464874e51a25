// The census of one undisturbed life, taken once for a state of the code and then kept: no two lives make quite the same calls, and the same
// seed shall strike the same ones, today, tomorrow and in every shard.
// Never counts a life that went wrong.

import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { EzrecError } from '../../src/base/errors.ts'
import { readIfPresent, writeDurably } from '../../src/base/files.ts'
import { actors, readTrace, type Call } from './census.ts'
import { judgeDay } from './judge-day.ts'
import { live, type LifeOptions } from './life.ts'

/** What every life of an experiment has in common. */
export type Rig = Pick<LifeOptions, 'footage' | 'programs' | 'compileCache' | 'signal'> & { readonly folder: string }

const kept = z.object({
  code: z.string(),
  calls: z.array(z.object({ actor: z.enum(actors), call: z.string(), n: z.int(), part: z.string() })),
})

/** `code` names the state of the code. Errors: internal when the undisturbed life has faults: nothing after it could be believed. */
export async function openCensus(rig: Rig, file: string, code: string): Promise<readonly Call[]> {
  const known = await readKept(file)
  if (known?.code === code) return known.calls
  const calls = await takeCensus(rig)
  await mkdir(path.dirname(file), { recursive: true })
  await writeDurably(file, JSON.stringify({ code, calls }))
  return calls
}

async function readKept(file: string): Promise<z.output<typeof kept> | undefined> {
  const text = await readIfPresent(file)
  return text === undefined ? undefined : kept.parse(JSON.parse(text))
}

async function takeCensus(rig: Rig): Promise<Call[]> {
  const [home, mark] = [path.join(rig.folder, 'census'), path.join(rig.folder, 'mark')]
  const traceFolder = path.join(mark, 'census')
  for (const folder of [home, traceFolder]) await mkdir(folder, { recursive: true })
  const end = await live({ ...rig, home, mark, life: 1, traceFolder })
  const faults = await judgeDay(home, [end], mark, rig.signal)
  if (faults.length > 0)
    throw new EzrecError('internal', `an undisturbed life is not without fault: ${faults.join('; ')}`, { hint: 'mend that first' })
  const traces = await Promise.all(
    actors.map(async (actor) => {
      const own = actor === 'main' || actor === 'disk'
      const trace = path.join(traceFolder, actor, ...(own ? [] : ['trace']))
      return readTrace(actor, (await readIfPresent(trace)) ?? '', home)
    }),
  )
  await rm(traceFolder, { recursive: true })
  return traces.flat()
}
