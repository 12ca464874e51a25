// A store that the contract tests may be asked of in the place of their own: where it is and how to get in, handed on in their environment.
// Never holds a secret of anybody: these stores live for a minute.

import { z } from 'zod'

/** Name of the variable that the tests look for. */
export const otherServerVariable = 'EZREC_TEST_S3'

const form = z.object({ port: z.int(), accessKeyId: z.string(), secretAccessKey: z.string() })
export type OtherServer = AsyncDisposable & z.infer<typeof form>

export const tellOtherServer = ({ port, accessKeyId, secretAccessKey }: OtherServer): string =>
  JSON.stringify({ port, accessKeyId, secretAccessKey })

export const readOtherServer = (text: string): z.infer<typeof form> => form.parse(JSON.parse(text))
