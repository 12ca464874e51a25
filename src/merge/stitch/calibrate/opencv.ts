// The few functions of OpenCV that a calibration uses, with their types: the package's own leave out AKAZE and MAGSAC.
// Never loaded by a service: it takes half a second and its memory never shrinks, so a child process of its own has it.

import loaded from '@techstark/opencv-js'
import { EzrecError } from '../../../base/errors.ts'

type Owned = { delete(): void }

export type Mat = Owned & {
  readonly rows: number
  readonly cols: number
  readonly data: Uint8Array
  readonly data64F: Float64Array
}

type Vector<T> = Owned & { size(): number; get(n: number): T }

export type KeyPoint = { readonly pt: { readonly x: number; readonly y: number }; readonly response: number }
type Pair = { readonly queryIdx: number; readonly trainIdx: number; readonly distance: number }

export type Detector = Owned & { detectAndCompute(picture: Mat, mask: Mat, keyPoints: Vector<KeyPoint>, descriptors: Mat): void }

export type OpenCv = {
  readonly CV_8UC1: number
  readonly CV_32FC2: number
  readonly NORM_HAMMING: number
  readonly USAC_MAGSAC: number
  readonly Mat: new () => Mat
  readonly KeyPointVector: new () => Vector<KeyPoint>
  readonly DMatchVectorVector: new () => Vector<Vector<Pair>>
  readonly AKAZE: new () => Detector
  readonly ORB: new (most: number) => Detector
  readonly BFMatcher: new (
    norm: number,
    crossCheck: boolean,
  ) => Owned & { knnMatch(query: Mat, train: Mat, matches: Vector<Vector<Pair>>, most: number): void }
  matFromArray(rows: number, columns: number, type: number, values: ArrayLike<number>): Mat
  findHomography(from: Mat, to: Mat, method: number, thresholdPx: number, inliers: Mat, rounds: number, confidence: number): Mat
  exceptionFromPtr?(pointer: number): { readonly msg: string }
}

type Starting = { onRuntimeInitialized?: () => void }

/** Resolves when its WebAssembly is ready, to a box with it: the module has a method `then` that a promise would call without end.
 *  Errors: internal, when the package is not the one that was pinned. */
export async function loadOpenCv(): Promise<{ readonly cv: OpenCv }> {
  const found: unknown = loaded
  if (!isOpenCv(found)) {
    const { promise, resolve } = Promise.withResolvers<void>()
    if (isObject(found)) found.onRuntimeInitialized = resolve
    await promise
  }
  if (isOpenCv(found)) return { cv: found }
  throw new EzrecError('internal', 'OpenCV lacks what a calibration needs', { hint: 'set up the packages again: npm ci' })
}

/** What OpenCV throws is the address of an exception. */
export const openCvFault = (cv: OpenCv, error: unknown): unknown =>
  typeof error === 'number' ? new Error(`OpenCV: ${cv.exceptionFromPtr?.(error).msg ?? error}`) : error

const isObject = (value: unknown): value is Starting => typeof value === 'object' && value !== null

const isOpenCv = (value: unknown): value is OpenCv =>
  isObject(value) && ['Mat', 'AKAZE', 'ORB', 'BFMatcher', 'findHomography', 'USAC_MAGSAC', 'CV_8UC1'].every((name) => name in value)
