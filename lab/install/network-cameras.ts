// Two network cameras outside the machine, which shares this one's loopback: the only real cameras that it can have.
// Never decides what is filmed: the simulated match is.

import { openSource } from '../../src/capture/drivers/driver.ts'
import { openRtspCamera } from '../rtsp-camera.ts'

export type NetworkCameras = AsyncDisposable & {
  readonly addresses: { readonly left: string; readonly right: string }
  /** Requests so far, to both. */
  asked(): number
}

export async function openNetworkCameras(cacheFolder: string): Promise<NetworkCameras> {
  const login = { user: 'club', password: 'a-password', format: { width: 640, height: 360, fps: 25 }, cacheFolder }
  await openSource('simulated:left', { side: 'left', format: login.format, cacheFolder }) // drawn now: a camera gives pictures at once
  const cameras = new AsyncDisposableStack()
  const left = cameras.use(await openRtspCamera(login))
  const right = cameras.use(await openRtspCamera(login))
  const addressOf = (port: number): string => `rtsp://club:a-password@127.0.0.1:${port}/main`
  return {
    addresses: { left: addressOf(left.port), right: addressOf(right.port) },
    asked: () => left.requests.length + right.requests.length,
    [Symbol.asyncDispose]: () => cameras.disposeAsync(),
  }
}
