// The feature finder's program: `node feature-finder.ts` reads an order and pictures from its standard input, finds what both views show,
// answers on its standard output and ends. OpenCV's memory ends with it.
// Never opens a file.

import { buffer } from 'node:stream/consumers'
import { messageOf } from '../../../base/errors.ts'
import { featureOrderSchema, type FeatureAnswer, type FeatureOrder } from './feature-order.ts'
import { spreadEvenly } from './feature-spread.ts'
import { loadOpenCv, openCvFault, type Mat, type OpenCv } from './opencv.ts'

/** A match is kept when its rival is this much worse. After D. Lowe, 2004, 7.1. */
const ratio = 0.75
/** Key points of a picture: the strongest of each of its cells. */
const mostKeyPoints = 4_000
/** Pixels within which a match lies at one place of both pictures. */
const stillPx = 2
const magsacPx = 3

type Place = readonly [x: number, y: number]
type Features = { readonly places: readonly Place[]; readonly descriptors: Mat }
type Match = FeatureAnswer['matches'][number]

try {
  const input = await buffer(process.stdin)
  const end = input.indexOf(0x0a)
  const order = featureOrderSchema.parse(JSON.parse(input.toString('utf8', 0, end)))
  const { cv } = await loadOpenCv()
  try {
    process.stdout.write(JSON.stringify(findFeatures(cv, order, input.subarray(end + 1))))
  } catch (error) {
    throw openCvFault(cv, error)
  }
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exitCode = 1
}

function findFeatures(cv: OpenCv, order: FeatureOrder, pictures: Buffer): FeatureAnswer {
  const [leftBytes, rightBytes] = [order.left.width * order.left.height, order.right.width * order.right.height]
  if (pictures.length !== order.frames * (leftBytes + rightBytes))
    throw new Error(`${pictures.length} bytes are not the pictures asked for`)
  const found: Match[] = []
  let keyPoints = 0
  for (let frame = 0; frame < order.frames; frame += 1) {
    const at = frame * (leftBytes + rightBytes)
    const left = describe(cv, order.detector, order.left, pictures.subarray(at, at + leftBytes))
    const right = describe(cv, order.detector, order.right, pictures.subarray(at + leftBytes, at + leftBytes + rightBytes))
    keyPoints += left.places.length + right.places.length
    found.push(...matchFeatures(cv, left, right))
    left.descriptors.delete()
    right.descriptors.delete()
  }
  const isStill = ([lx, ly, rx, ry]: Match): boolean => Math.hypot(lx - rx, ly - ry) < stillPx
  const still = found.filter(isStill).length
  // Where nearly everything stands still both pictures are the same: then that is the finding.
  const matches = still > found.length * 0.7 ? found : found.filter((match) => !isStill(match))
  return { keyPoints, matches, still, ...solve(cv, matches) }
}

function describe(cv: OpenCv, detector: FeatureOrder['detector'], size: FeatureOrder['left'], luma: Buffer): Features {
  const [picture, mask, all, points] = [
    cv.matFromArray(size.height, size.width, cv.CV_8UC1, luma),
    new cv.Mat(),
    new cv.Mat(),
    new cv.KeyPointVector(),
  ]
  const finder = detector === 'akaze' ? new cv.AKAZE() : new cv.ORB(2 * mostKeyPoints)
  finder.detectAndCompute(picture, mask, points, all)
  const found = Array.from({ length: points.size() }, (_, n) => {
    const { pt, response } = points.get(n)
    return { x: pt.x, y: pt.y, response }
  })
  const kept = spreadEvenly(found, size, mostKeyPoints)
  const bytes = new Uint8Array(kept.length * all.cols)
  for (const [n, from] of kept.entries()) bytes.set(all.data.subarray(from * all.cols, (from + 1) * all.cols), n * all.cols)
  const descriptors = cv.matFromArray(kept.length, all.cols, cv.CV_8UC1, bytes)
  for (const used of [picture, mask, all, points, finder]) used.delete()
  return { places: kept.map((n): Place => [found[n]?.x ?? 0, found[n]?.y ?? 0]), descriptors }
}

function matchFeatures(cv: OpenCv, left: Features, right: Features): Match[] {
  if (left.places.length < 2 || right.places.length < 2) return []
  const [matcher, pairs] = [new cv.BFMatcher(cv.NORM_HAMMING, false), new cv.DMatchVectorVector()]
  matcher.knnMatch(left.descriptors, right.descriptors, pairs, 2)
  const matches: Match[] = []
  for (let n = 0; n < pairs.size(); n += 1) {
    const pair = pairs.get(n)
    if (pair.size() === 2) {
      const [best, second] = [pair.get(0), pair.get(1)]
      const [from, to] = [left.places[best.queryIdx], right.places[best.trainIdx]]
      if (from && to && best.distance < ratio * second.distance) matches.push([...from, ...to])
    }
    pair.delete()
  }
  matcher.delete()
  pairs.delete()
  return matches
}

function solve(cv: OpenCv, matches: readonly Match[]): Pick<FeatureAnswer, 'homography' | 'inliers'> {
  const none = { homography: null, inliers: matches.map(() => false) }
  if (matches.length < 8) return none
  const toMat = (pick: (match: Match) => Place): Mat => cv.matFromArray(matches.length, 1, cv.CV_32FC2, matches.flatMap(pick))
  const [from, to, mask] = [toMat(([, , x, y]) => [x, y]), toMat(([x, y]) => [x, y]), new cv.Mat()]
  const found = cv.findHomography(from, to, cv.USAC_MAGSAC, magsacPx, mask, 10_000, 0.999)
  const homography = found.rows === 3 ? [...found.data64F] : null
  const inliers = matches.map((_, n) => mask.data[n] === 1)
  for (const used of [from, to, mask, found]) used.delete()
  return homography?.every(Number.isFinite) === true ? { homography, inliers } : none
}
