// The body of a request as JSON: of the right type, no larger than the limit, or refused before it is read.
// Never reads more than the limit, whatever the length that was announced.

import { HttpFault } from './answer/problem.ts'

export const mostBodyBytes = 64 * 1024

/** `undefined` for no body. Errors: payload_too_large, unsupported_media_type, not_json, bad_request (it ended early). */
export async function readBody(request: Request): Promise<unknown> {
  if (Number(request.headers.get('content-length') ?? 0) > mostBodyBytes) throw tooLarge()
  const text = await readText(request)
  if (text === '') return undefined
  if (!/^application\/json *(;.*)?$/i.test(request.headers.get('content-type') ?? ''))
    throw new HttpFault('unsupported_media_type', 'the body is not JSON', 'send it with content-type: application/json')
  const parsed = parse(text)
  if (isDeeper(parsed, mostLevels)) throw new HttpFault('not_json', `the body has more than ${mostLevels} levels`, 'send it flat')
  return parsed
}

/** No form of ours has more than four; what walks through a body later may do so by recursion. */
const mostLevels = 32

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' && value !== null && (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)))

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new HttpFault('not_json', 'the body cannot be read as JSON', 'check its quotes, commas and brackets')
  }
}

async function readText(request: Request): Promise<string> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const piece of request.body ?? []) {
      bytes += piece.length
      if (bytes > mostBodyBytes) throw tooLarge()
      pieces.push(piece)
    }
  } catch (error) {
    if (error instanceof HttpFault) throw error
    throw new HttpFault('bad_request', 'the body ended before its end', 'send it once more') // nobody may be there to read this
  }
  return new TextDecoder().decode(Buffer.concat(pieces))
}

const tooLarge = (): HttpFault =>
  new HttpFault('payload_too_large', `a body has at most ${mostBodyBytes / 1024} KiB`, 'send less at once', { connection: 'close' })
