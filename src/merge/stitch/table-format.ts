// What a table for the stitch kernel holds, byte for byte: kernel/assembly/warp.ts reads it, lut.ts writes it.
// Little-endian; every place is counted from the table's first byte, every source offset from the first byte of the source's plane.

/** The table begins with this for each row: where its runs are, and how many. */
export const rowBytes = 8

/** A run: blocks of eight pixels that lie beside each other in a row of the canvas and are made in the same way. */
export const run = { bytes: 32, kind: 0, x: 4, blocks: 8, left: 12, right: 16, weights: 20, value: 24, gathers: 28 } as const

/** `left` and `right` of a copied picture are a source offset, of a warped one the place of its records, one a block. `weights` has a byte a pixel.
 *  A hole's `blocks` counts pixels; all of them become `value`.
 *  `gathers` is 1 when a record of the run has the form `gather`. Runs are drawn in order. */
export const kinds = { leftCopy: 1, leftWarp: 2, rightCopy: 3, rightWarp: 4, blendCopy: 5, blendWarp: 6, hole: 7 } as const

export type Kind = (typeof kinds)[keyof typeof kinds]

/** A record: from where eight pixels come. `offset` is the upper left corner of their window of 16 columns, `index` each one's column in it,
 *  `shareX` how far between it and the next one in 1/64, `shareY` how far to the row below in 1/128. */
export const record = { bytes: 32, offset: 0, form: 4, index: 8, shareX: 16, shareY: 24 } as const

/** `two`: all lie between the window's first two rows. `three`: those with the bit `lower` in `shareY` between the next two.
 *  `gather`: there is no window; `offset` is the place of eight source offsets of four bytes. */
export const forms = { two: 0, three: 1, gather: 2 } as const

export const lower = 128

/** Of a weight, that the right picture alone is seen; 0: the left one alone. */
export const rightOnly = 64
