// Projective maps of the plane as nine numbers, row by row.
// Pure arithmetic; knows no camera.

export type Homography = readonly [number, number, number, number, number, number, number, number, number]
export type Point = readonly [x: number, y: number]

export function mapPoint(h: Homography, x: number, y: number): Point {
  const w = h[6] * x + h[7] * y + h[8]
  return [(h[0] * x + h[1] * y + h[2]) / w, (h[3] * x + h[4] * y + h[5]) / w]
}

export function multiply(a: Homography, b: Homography): Homography {
  const cell = (row: 0 | 3 | 6, column: 0 | 1 | 2): number =>
    (a[row] ?? 0) * (b[column] ?? 0) + (a[row + 1] ?? 0) * (b[column + 3] ?? 0) + (a[row + 2] ?? 0) * (b[column + 6] ?? 0)
  return normalised([cell(0, 0), cell(0, 1), cell(0, 2), cell(3, 0), cell(3, 1), cell(3, 2), cell(6, 0), cell(6, 1), cell(6, 2)])
}

export function invert([a, b, c, d, e, f, g, h, i]: Homography): Homography {
  return normalised([
    e * i - f * h,
    c * h - b * i,
    b * f - c * e,
    f * g - d * i,
    a * i - c * g,
    c * d - a * f,
    d * h - e * g,
    b * g - a * h,
    a * e - b * d,
  ])
}

export const scaling = (x: number, y: number): Homography => [x, 0, 0, 0, y, 0, 0, 0, 1]
export const translation = (x: number, y: number): Homography => [1, 0, x, 0, 1, y, 0, 0, 1]

/** The map of the unit square's corners (0,0) (1,0) (1,1) (0,1) onto the four points.
 *  Source: P. Heckbert, "Fundamentals of Texture Mapping and Image Warping", 1989, 2.2.3. */
export function ofUnitSquare(p: readonly [Point, Point, Point, Point]): Homography {
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = p
  const [dx1, dx2, sx] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3]
  const [dy1, dy2, sy] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3]
  const determinant = dx1 * dy2 - dx2 * dy1
  const g = (sx * dy2 - dx2 * sy) / determinant
  const h = (dx1 * sy - sx * dy1) / determinant
  return [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0, g, h, 1]
}

function normalised(m: Homography): Homography {
  const s = 1 / m[8]
  return [m[0] * s, m[1] * s, m[2] * s, m[3] * s, m[4] * s, m[5] * s, m[6] * s, m[7] * s, 1]
}
