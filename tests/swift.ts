// A real S3 server for tests: OpenStack Swift with its S3 API, on a port and in a folder of its own.
// Never reaches beyond this machine. Tests that use it are skipped where `cannotServeS3` says why.

import { startS3Server, type S3Server } from '../lab/s3-server.ts'
import { temporaryFolder } from './temporary-folder.ts'

export { cannotServeS3 } from '../lab/s3-server.ts'

export type Swift = S3Server

export async function startSwift(): Promise<Swift> {
  const folder = temporaryFolder()
  const server = await startS3Server(folder.path)
  return {
    ...server,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}
