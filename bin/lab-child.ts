// `lab` and `bench` start the laboratory as a program of its own, and hand it their order: experiments are no part of the product.
// Never imports one of them.

import path from 'node:path'
import { z } from 'zod'
import { openSettings } from '../config/settings.ts'
import { startChild } from '../src/base/process.ts'
import { repositoryFolder, type CliContext } from './cli.ts'
import { readOptions } from './options.ts'

const optionsSchema = z.object({
  points: z.coerce.number().int().min(1).max(10_000).optional(),
  cuts: z.coerce.number().int().min(1).max(1_000).optional(),
  requests: z.coerce.number().int().min(1).max(10_000_000).optional(),
  runs: z.coerce.number().int().min(1).max(10_000).optional(),
  shard: z
    .string()
    .regex(/^[1-9]\d?\/[1-9]\d?$/, 'a part of the points, for example 1/4')
    .default('1/1'),
  seed: z.coerce
    .number()
    .int()
    .min(0)
    .max(2 ** 31)
    .default(1),
  suite: z.enum(['bookworm', 'trixie']).default('bookworm'),
  arch: z.enum(['amd64', 'arm64']).optional(),
  store: z.enum(['folder', 's3']).default('folder'),
  seconds: z
    .string()
    .regex(/^\d+(,\d+)*$/, 'lengths in seconds, separated by commas')
    .transform((text) => text.split(',').map(Number))
    .optional(),
})

const program = path.join(repositoryFolder, 'lab', 'main.ts')

/** Its answer goes to our stdout, its progress to our stderr, its exit code is ours. */
export async function runLab(kind: 'lab' | 'bench', { home, args, options, json, signal }: CliContext): Promise<number> {
  const { points, cuts, requests, runs: asked, ...rest } = readOptions(optionsSchema, options)
  const runs = asked ?? requests ?? cuts ?? points
  const order = { kind, ...(args[0] === undefined ? {} : { name: args[0] }), ...(runs === undefined ? {} : { runs }), ...rest, json }
  const { cache } = openSettings(home).settings.paths
  await using child = await startChild(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, JSON.stringify({ ...order, cacheFolder: cache })],
    { stdout: 'inherit', stderr: 'inherit', signal, stopSignals: ['SIGINT', 'SIGTERM', 'SIGKILL'], stopStepMs: 30_000 },
  )
  const { code } = await child.exited
  return signal.aborted ? 130 : (code ?? 1)
}
