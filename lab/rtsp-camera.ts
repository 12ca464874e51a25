// A network camera's stand-in: an RTSP server with digest login that sends the simulated match over the control connection, as cameras do
// behind `rtsp_transport tcp`. Packets are made by ffmpeg. Never speaks UDP to its client. Source: RFC 2326, RFC 2617.

import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { createServer, type Socket } from 'node:net'
import { startChild, type Child } from '../src/base/process.ts'
import { openSource, type RigFormat } from '../src/capture/drivers/driver.ts'
import { openSound } from '../src/capture/sound/sound-source.ts'

export type RtspCamera = AsyncDisposable & {
  readonly port: number
  /** Requests so far, first lines. */
  readonly requests: readonly string[]
  /** From now on sends nothing more, or cuts off those who are connected. */
  behave(manner: 'silent' | 'cut'): void
}

export type RtspCameraOptions = {
  readonly user: string
  readonly password: string
  readonly format: RigFormat
  readonly cacheFolder: string
  /** What the description calls the stream; `H265` makes a camera that the chain cannot use, `PCMU` its microphone. */
  readonly codec?: 'H264' | 'H265' | 'PCMU'
}

const encoders = {
  H264: ['-c', 'copy'],
  H265: '-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=25'.split(' '),
  PCMU: '-c:a pcm_mulaw -ar 8000 -ac 1'.split(' '),
} as const

const realm = 'camera'
const nonce = '5f1c'

export async function openRtspCamera(options: RtspCameraOptions): Promise<RtspCamera> {
  const requests: string[] = []
  const clients = new Set<Socket>()
  const sources = new Set<Child>()
  const server = createServer((socket) => {
    clients.add(socket)
    let text = ''
    socket.on('error', () => socket.destroy())
    socket.on('close', () => clients.delete(socket))
    socket.on('data', (piece: Buffer) => {
      text += piece.toString('latin1').replaceAll(/\$[^]{3}[^]*$/g, '') // receiver reports
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        const request = text.slice(0, end)
        text = text.slice(end + 4)
        requests.push(request.split('\r\n')[0] ?? '')
        answer(request, socket)
      }
    })
  })

  const answer = (request: string, socket: Socket): void => {
    const method = request.split(' ')[0] ?? ''
    const sequence = /^CSeq: (\d+)/im.exec(request)?.[1] ?? '0'
    const reply = (status: string, headers: readonly string[] = [], body = ''): void =>
      void socket.write(
        [`RTSP/1.0 ${status}`, `CSeq: ${sequence}`, ...headers, ...(body ? [`Content-Length: ${body.length}`] : []), '', body].join('\r\n'),
      )
    if (method !== 'OPTIONS' && !isKnown(request, method, options))
      return reply('401 Unauthorized', [`WWW-Authenticate: Digest realm="${realm}", nonce="${nonce}"`])
    if (!/^\S+ rtsp:\/\/[^/]+\/main/.test(request)) return reply('404 Not Found')
    switch (method) {
      case 'OPTIONS':
        return reply('200 OK', ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER'])
      case 'DESCRIBE':
        return reply('200 OK', ['Content-Type: application/sdp'], description(options.codec ?? 'H264'))
      case 'SETUP':
        return reply('200 OK', ['Transport: RTP/AVP/TCP;unicast;interleaved=0-1', 'Session: 7;timeout=60'])
      case 'PLAY':
        reply('200 OK', ['Session: 7'])
        void play(socket)
        return undefined
      default:
        return reply('200 OK', ['Session: 7'])
    }
  }

  const play = async (socket: Socket): Promise<void> => {
    const packets = createSocket('udp4')
    await new Promise<void>((resolve) => packets.bind(0, '127.0.0.1', resolve))
    const { format, cacheFolder } = options
    const command = hears(options)
      ? await openSound('simulated', { cacheFolder })
      : await openSource('simulated:left', { side: 'left', format, cacheFolder })
    if (!command) return
    const source = await startChild(command.program, command.args, { stdout: 'pipe', stopSignals: command.stopSignals })
    const output = `rtp://127.0.0.1:${packets.address().port}?pkt_size=1200`
    // Without probing: what is held back would be sent at once, and lost.
    const input = '-v error -fflags nobuffer -probesize 20000 -analyzeduration 0 -f mpegts -i pipe:0 -f rtp'.split(' ')
    const packer = await startChild(
      'ffmpeg',
      [...input, ...encoders[options.codec ?? 'H264'], '-payload_type', hears(options) ? '0' : '96', output],
      { stdin: 'pipe', stdout: 'ignore' },
    )
    sources.add(source).add(packer)
    source.stdout?.on('data', (piece: Buffer) => packer.stdin?.write(piece))
    packets.on('message', (packet) => {
      if (!silent && !socket.destroyed)
        socket.write(Buffer.concat([Buffer.from([0x24, 0, packet.length >> 8, packet.length & 255]), packet]))
    })
    const end = (): void => {
      void source.stop()
      void packer.stop()
      packets.close()
    }
    if (socket.destroyed) end()
    else socket.once('close', end)
  }

  let silent = false
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    requests,
    behave: (manner) => {
      silent = manner === 'silent'
      if (manner === 'cut') for (const client of clients) client.destroy()
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.destroy()
      server.close()
      await Promise.all([...sources].map((child) => child.stop()))
    },
  }
}

const md5 = (text: string): string => createHash('md5').update(text).digest('hex')

function isKnown(request: string, method: string, { user, password }: RtspCameraOptions): boolean {
  const given = /^Authorization: Digest .*?uri="([^"]*)".*?response="([^"]*)"/im.exec(request)
  const expected = md5(`${md5(`${user}:${realm}:${password}`)}:${nonce}:${md5(`${method}:${given?.[1] ?? ''}`)}`)
  return given?.[2] === expected
}

const hears = ({ codec }: RtspCameraOptions): boolean => codec === 'PCMU'

const description = (codec: string): string =>
  [
    'v=0',
    'o=- 0 0 IN IP4 127.0.0.1',
    's=camera',
    't=0 0',
    ...(codec === 'PCMU' ? ['m=audio 0 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000'] : ['m=video 0 RTP/AVP 96', `a=rtpmap:96 ${codec}/90000`]),
    'a=control:track1',
    '',
  ].join('\r\n')
