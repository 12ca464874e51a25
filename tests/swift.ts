// A real S3 server for tests: OpenStack Swift with its S3 API, on a port and in a folder of its own; or one that `lab stores` has started.
// Never reaches beyond this machine. Tests that use it are skipped where `cannotServeS3` says why.

import { cannotServeS3 as cannotServeSwift, s3ServerAt, startS3Server, type S3Server } from '../lab/s3-server.ts'
import { otherServerVariable, readOtherServer } from '../lab/stores/other-server.ts'
import { temporaryFolder } from './temporary-folder.ts'

const other = process.env[otherServerVariable]

export const cannotServeS3: string | false = other === undefined ? cannotServeSwift : false

export type Swift = Omit<S3Server, 'setAhead'>

export async function startSwift(): Promise<Swift> {
  if (other !== undefined) return { ...s3ServerAt(readOtherServer(other)), [Symbol.asyncDispose]: async () => undefined }
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
