// Anti-aliased coverage of polygons, exact to the pixel's area.
// Never colours anything. Method: signed areas accumulated along the edges, as in R. Levien's font-rs (2016).

/** Corners as x0, y0, x1, y1, ... in continuous picture coordinates. */
export type Polygon = readonly number[]

/** Coverage from 0 to 1 of a rectangle of the picture, row by row. Valid until the next call of the same rasterizer. */
export type Coverage = {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly alpha: Float32Array
}

/** Covers the union of polygons, clipped to a picture; `undefined` when nothing is inside. */
export type Rasterizer = (polygons: readonly Polygon[]) => Coverage | undefined

export function openRasterizer(width: number, height: number): Rasterizer {
  let areas = new Float32Array(4096)
  return (polygons) => {
    const clipped = polygons.map((polygon) => wound(clip(polygon, width, height))).filter((polygon) => polygon.length >= 6)
    const box = boundsOf(clipped)
    if (box === undefined) return undefined
    const stride = box.width + 1 // an edge on the right border spills one cell
    const cells = stride * box.height + 1
    if (areas.length < cells) areas = new Float32Array(cells * 2)
    areas.fill(0, 0, cells)
    for (const polygon of clipped) addEdges(areas, stride, polygon, box.x, box.y)
    for (let row = 0, at = 0; row < box.height; row += 1) {
      let sum = 0
      for (let column = 0; column < stride; column += 1, at += 1) {
        sum += areas[at] ?? 0
        areas[at] = sum < 0 ? 0 : sum > 1 ? 1 : sum
      }
    }
    return { ...box, width: stride, alpha: areas }
  }
}

/** All polygons turn the same way, so that their areas add up to a union. */
function wound(polygon: Polygon): Polygon {
  let area = 0
  for (let n = 0; n < polygon.length; n += 2) {
    const next = (n + 2) % polygon.length
    area += (polygon[n] ?? 0) * (polygon[next + 1] ?? 0) - (polygon[next] ?? 0) * (polygon[n + 1] ?? 0)
  }
  if (area >= 0) return polygon
  const reversed: number[] = []
  for (let n = polygon.length - 2; n >= 0; n -= 2) reversed.push(polygon[n] ?? 0, polygon[n + 1] ?? 0)
  return reversed
}

function boundsOf(polygons: readonly Polygon[]): { x: number; y: number; width: number; height: number } | undefined {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const polygon of polygons)
    for (let n = 0; n < polygon.length; n += 2) {
      const [x = 0, y = 0] = [polygon[n], polygon[n + 1]]
      if (x < left) left = x
      if (x > right) right = x
      if (y < top) top = y
      if (y > bottom) bottom = y
    }
  const [x, y] = [Math.floor(left), Math.floor(top)]
  const [width, height] = [Math.ceil(right) - x, Math.ceil(bottom) - y]
  return width > 0 && height > 0 ? { x, y, width, height } : undefined
}

function addEdges(areas: Float32Array, stride: number, polygon: Polygon, left: number, top: number): void {
  let x0 = (polygon.at(-2) ?? 0) - left
  let y0 = (polygon.at(-1) ?? 0) - top
  for (let n = 0; n < polygon.length; n += 2) {
    const x1 = (polygon[n] ?? 0) - left
    const y1 = (polygon[n + 1] ?? 0) - top
    // a level edge bounds nothing, and has no slope
    if (y1 - y0 > 1e-9) addEdge(areas, stride, x0, y0, x1, y1, 1)
    else if (y0 - y1 > 1e-9) addEdge(areas, stride, x1, y1, x0, y0, -1)
    x0 = x1
    y0 = y1
  }
}

/** Adds, for each row that the downward edge crosses, how much of each cell lies to its right. */
function addEdge(areas: Float32Array, stride: number, xa: number, ya: number, xb: number, yb: number, direction: number): void {
  const slope = (xb - xa) / (yb - ya)
  let x = xa
  for (let row = Math.floor(ya); row < yb; row += 1) {
    const dy = Math.min(row + 1, yb) - Math.max(row, ya)
    const xNext = Math.min(Math.max(x + slope * dy, Math.min(xa, xb)), Math.max(xa, xb))
    addSpan(areas, row * stride, Math.min(x, xNext), Math.max(x, xNext), -direction * dy)
    x = xNext
  }
}

/** An edge that runs from `from` to `to` within one row: cell c gets the mean, over the edge, of its part right of the edge, as the
 *  difference to the cell before, because the row is summed up afterwards. */
function addSpan(areas: Float32Array, at: number, from: number, to: number, weight: number): void {
  const first = Math.floor(from)
  const last = Math.ceil(to)
  if (last <= first + 1) {
    const middle = (from + to) / 2 - first
    areas[at + first] = (areas[at + first] ?? 0) + weight * (1 - middle)
    areas[at + first + 1] = (areas[at + first + 1] ?? 0) + weight * middle
    return
  }
  const perCell = weight / (to - from)
  let before = 0
  for (let cell = first; cell < last; cell += 1) {
    const passed = Math.max(0, cell - from)
    const enter = Math.max(from, cell) - cell
    const leave = Math.min(to, cell + 1) - cell
    const covered = perCell * (passed + (leave - enter) * (1 - (enter + leave) / 2))
    areas[at + cell] = (areas[at + cell] ?? 0) + covered - before
    before = covered
  }
  areas[at + last] = (areas[at + last] ?? 0) + weight - before
}

/** Sutherland and Hodgman, 1974: against the four borders of the picture. */
function clip(polygon: Polygon, width: number, height: number): Polygon {
  if (isInside(polygon, width, height)) return polygon
  return [0, 1].reduce<Polygon>((kept, axis) => {
    const limit = axis === 0 ? width : height
    return cut(cut(kept, axis, 1, 0), axis, -1, -limit)
  }, polygon)
}

function isInside(polygon: Polygon, width: number, height: number): boolean {
  for (let n = 0; n < polygon.length; n += 2) {
    const [x = 0, y = 0] = [polygon[n], polygon[n + 1]]
    if (x < 0 || x > width || y < 0 || y > height) return false
  }
  return true
}

/** Keeps where `sign * coordinate >= limit`. */
function cut(polygon: Polygon, axis: number, sign: number, limit: number): Polygon {
  const kept: number[] = []
  for (let n = 0; n < polygon.length; n += 2) {
    const next = (n + 2) % polygon.length
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = [polygon[n], polygon[n + 1], polygon[next], polygon[next + 1]]
    const d0 = sign * (axis === 0 ? x0 : y0) - limit
    const d1 = sign * (axis === 0 ? x1 : y1) - limit
    if (d0 >= 0) kept.push(x0, y0)
    if (d0 >= 0 !== d1 >= 0) {
      const t = d0 / (d0 - d1)
      kept.push(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t)
    }
  }
  return kept
}
