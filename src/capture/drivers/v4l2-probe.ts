// Asks v4l2-ctl which USB cameras there are and what they offer, under names that stay when a number moves.
// Never opens a stream: a camera that records is not disturbed.

import { readdir, readlink, stat } from 'node:fs/promises'
import path from 'node:path'
import { EzrecError, errnoOf } from '../../base/errors.ts'
import { runChild, type RunResult } from '../../base/process.ts'
import { isPluggedCamera, parseDeviceListing, parseFormatListing, type V4l2Offer } from './v4l2-listing.ts'

export type UsbCamera = {
  readonly name: string
  /** Below /dev/v4l/by-path where udev made it: the plug, not the order of discovery. */
  readonly device: string
  readonly offers: readonly V4l2Offer[]
}

export type UsbListing = {
  readonly cameras: readonly UsbCamera[]
  /** Video nodes of all kinds. */
  readonly nodes: number
}

/** The cameras at the plugs of this machine. Errors: `program_missing`, `timeout`, `canceled`. */
export async function listUsbCameras(byPathFolder: string, signal?: AbortSignal): Promise<UsbListing> {
  const answer = await askTool(['--list-devices'], signal)
  const groups = parseDeviceListing(answer.stdout.toString()) // its exit code is 1 when /dev/video0 is not there, whatever else is
  const stable = await stableNames(byPathFolder)
  const cameras: UsbCamera[] = []
  for (const { name, nodes } of groups.filter(isPluggedCamera))
    for (const node of nodes) {
      const offers = await askFormats(node, signal)
      if (offers.length === 0) continue // the camera's node for metadata
      cameras.push({ name, device: stable.get(node) ?? node, offers })
      break
    }
  return { cameras, nodes: groups.reduce((sum, group) => sum + group.nodes.length, 0) }
}

/** What one device offers. Errors: `camera_missing` (no such device), `program_missing`, `timeout`, `canceled`. */
export async function readOffers(device: string, signal?: AbortSignal): Promise<V4l2Offer[]> {
  await stat(device).catch((cause: unknown) => {
    throw new EzrecError('camera_missing', `there is no camera at ${device}`, {
      hint: 'look at its plug; ./ezrec cameras list shows what is connected',
      facts: { device },
      cause,
    })
  })
  return askFormats(device, signal)
}

async function askFormats(device: string, signal?: AbortSignal): Promise<V4l2Offer[]> {
  const answer = await askTool(['--device', device, '--list-formats-ext'], signal)
  return parseFormatListing(answer.stdout.toString())
}

async function askTool(args: readonly string[], signal: AbortSignal | undefined): Promise<RunResult> {
  return runChild('v4l2-ctl', args, { timeoutMs: 10_000, ...(signal ? { signal } : {}) }).catch((error: unknown) => {
    if (!(error instanceof EzrecError) || error.code !== 'program_missing') throw error
    throw new EzrecError('program_missing', error.message, {
      hint: 'USB cameras need the package v4l-utils: sudo apt-get install -y --no-install-recommends v4l-utils',
      facts: error.facts,
      cause: error.cause,
    })
  })
}

/** Node -> its name by plug. A camera may have several; the shortest is the plain one. */
async function stableNames(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [] // no udev, or no camera
    throw error
  })
  const found = new Map<string, string>()
  for (const name of names.toSorted((a, b) => a.length - b.length || a.localeCompare(b))) {
    const link = path.join(folder, name)
    const node = path.join('/dev', path.basename(await readlink(link)))
    if (!found.has(node)) found.set(node, link)
  }
  return found
}
