// A real S3 server for tests: OpenStack Swift with its S3 API, on a port and in a folder of its own.
// Never reaches beyond this machine. Tests that use it are skipped where `cannotServeS3` says why.

import { existsSync } from 'node:fs'
import path from 'node:path'
import { startChild } from '../src/base/process.ts'
import type { BucketOptions } from '../src/publish/stores/s3/bucket-client.ts'
import { temporaryFolder } from './temporary-folder.ts'

const program = path.join(import.meta.dirname, 'programs', 'swift-server.py')

/** Debian's package python3-swift, which belongs to Debian's own Python. */
const python = '/usr/bin/python3'

/** Why there is no S3 server here, or `false`. */
export const cannotServeS3: string | false = existsSync('/usr/lib/python3/dist-packages/swift/proxy/server.py')
  ? false
  : 'there is no OpenStack Swift: install the Debian package python3-swift'

export type Swift = AsyncDisposable & {
  readonly port: number
  /** For a bucket at this server, or at a proxy in front of it. */
  options(bucket: string, port?: number): BucketOptions
}

export async function startSwift(): Promise<Swift> {
  const folder = temporaryFolder()
  const server = await startChild(python, ['-B', program, folder.path], { stdin: 'pipe', stdout: 'pipe' })
  const port = await new Promise<number>((resolve, reject) => {
    let text = ''
    server.stdout?.on('data', (piece: Buffer) => {
      text += piece.toString('utf8')
      if (text.includes('\n')) resolve(Number(text))
    })
    void server.exited.then(() => reject(new Error(`Swift ended: ${server.stderrTail()}`)))
  })
  return {
    port,
    options: (bucket, at = port) => ({
      bucket,
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${at}`,
      forcePathStyle: true,
      accessKeyId: 'ezrec:ci',
      secretAccessKey: 'an-open-secret',
      timeoutSeconds: 30,
    }),
    [Symbol.asyncDispose]: async () => {
      await server.stop()
      folder[Symbol.dispose]()
    },
  }
}
