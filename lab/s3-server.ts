// A real S3 server on this machine: OpenStack Swift with its S3 API, in a process and a folder of its own.
// Never reaches beyond this machine. Where it cannot run, `cannotServeS3` says why.

import { existsSync } from 'node:fs'
import path from 'node:path'
import { EzrecError } from '../src/base/errors.ts'
import { startChild } from '../src/base/process.ts'
import type { BucketOptions } from '../src/publish/stores/s3/bucket-client.ts'

const program = path.join(import.meta.dirname, '..', 'tests', 'programs', 'swift-server.py')

/** Debian's package python3-swift, which belongs to Debian's own Python. */
const python = '/usr/bin/python3'

/** Why there is no S3 server here, or `false`. */
export const cannotServeS3: string | false = existsSync('/usr/lib/python3/dist-packages/swift/proxy/server.py')
  ? false
  : 'there is no OpenStack Swift: install the Debian package python3-swift'

export type S3Server = AsyncDisposable & {
  readonly port: number
  /** For a bucket at this server, or at a proxy in front of it. */
  options(bucket: string, port?: number): BucketOptions
  /** From now on its clock is so much ahead of this machine's. */
  setAhead(seconds: number): void
}

/** Where it runs: `runner` is what it is started with, `address` where it listens then. */
export type S3Place = { readonly runner: readonly string[]; readonly address: string }

const here: S3Place = { runner: [], address: '127.0.0.1' }

/** Errors: internal, when it ends at once. */
export async function startS3Server(folder: string, { runner, address }: S3Place = here): Promise<S3Server> {
  const [command, ...args] = [...runner, python, '-B', program, folder, address]
  const server = await startChild(command, args, { stdin: 'pipe', stdout: 'pipe' })
  const port = await new Promise<number>((resolve, reject) => {
    let text = ''
    server.stdout?.on('data', (piece: Buffer) => {
      text += piece.toString('utf8')
      if (text.includes('\n')) resolve(Number(text))
    })
    void server.exited.then(() =>
      reject(
        new EzrecError('internal', `the S3 server ended: ${server.stderrTail()}`, { hint: 'install the Debian package python3-swift' }),
      ),
    )
  })
  return {
    ...s3ServerAt({ port, address, accessKeyId: 'ezrec:ci', secretAccessKey: 'an-open-secret' }),
    setAhead: (seconds) => void server.stdin?.write(`${seconds}\n`),
    [Symbol.asyncDispose]: async () => void (await server.stop()),
  }
}

type Known = { readonly port: number; readonly address?: string; readonly accessKeyId: string; readonly secretAccessKey: string }

/** One that somebody else has started. */
export const s3ServerAt = ({ port, address = here.address, accessKeyId, secretAccessKey }: Known): Pick<S3Server, 'port' | 'options'> => ({
  port,
  options: (bucket, at = port) => ({
    bucket,
    region: 'us-east-1',
    endpoint: `http://${at === port ? address : here.address}:${at}`,
    forcePathStyle: true,
    accessKeyId,
    secretAccessKey,
    timeoutSeconds: 30,
  }),
})
