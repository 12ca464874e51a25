// How far a merge is, for people: each tenth of the way, with the time that is left.
// Never a bar that jumps about: one line a tenth.

/** Told with the number of frames that are done. */
export function openProgress(total: number, say: (line: string) => void): (frames: number) => void {
  const startedMs = performance.now()
  let tenth = 0
  return (frames) => {
    const now = Math.floor((frames * 10) / Math.max(1, total))
    if (now <= tenth) return
    tenth = now
    const leftSeconds = Math.max(0, ((performance.now() - startedMs) / 1_000 / frames) * (total - frames))
    say(`merge: ${frames} of about ${total} frames${frames < total ? `, about ${Math.ceil(leftSeconds)} s left` : ''}`)
  }
}
