// The points of a long experiment as they are judged, a line each, so that one that was stopped goes on where it was.
// Never mixes two experiments: a file of another seed, size or code is begun anew, and so is one that was finished.

import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import type { Point } from '../harness.ts'

export type ResultsFile = {
  readonly file: string
  /** What an earlier run had judged, by name. */
  readonly known: ReadonlyMap<string, Point>
  add(point: Point): Promise<void>
  /** The next run begins anew. */
  finish(): Promise<void>
}

const pointSchema = z.object({ name: z.string(), faults: z.array(z.string()), figures: z.record(z.string(), z.unknown()) })

/** `identity` says in words what would have to be the same for its points to count. */
export async function openResultsFile(file: string, identity: string): Promise<ResultsFile> {
  await mkdir(path.dirname(file), { recursive: true })
  const head = JSON.stringify({ identity })
  const text = await readFile(file, 'utf8').catch(() => '')
  const [first, ...lines] = text.split('\n')
  const goesOn = first === head && !lines.includes(end)
  if (!goesOn) await writeFile(file, `${head}\n`)
  else if (!text.endsWith('\n')) await appendFile(file, '\n')
  const known = goesOn ? lines.flatMap(parsePoint) : []
  return {
    file,
    known: new Map(known.map((point) => [point.name, point])),
    add: (point) => appendFile(file, `${JSON.stringify(point)}\n`),
    finish: () => appendFile(file, `${end}\n`),
  }
}

const end = '"finished"'

/** A line that was torn by whatever stopped the run is no point. */
function parsePoint(line: string): Point[] {
  try {
    const parsed = pointSchema.safeParse(JSON.parse(line))
    return parsed.success ? [parsed.data] : []
  } catch {
    return []
  }
}
