// Pictures in the order in which a loop is encoded: groups, each with its last picture once more at its end.
// Pure but for pulling from its source, whose pictures may use the same bytes again at the next pull.

/** `live` passes the pictures; `still` holds the first of each group. A last group that is not full comes without its end (the
 *  encoder's index leaves it out), except the only one: a film shorter than that stands on its last picture. */
export async function* groupPictures(
  source: AsyncIterable<Uint8Array>,
  groupFrames: number,
  mode: 'live' | 'still',
): AsyncGenerator<Uint8Array> {
  let taken = 0
  let shown: Uint8Array | undefined
  for await (const picture of source) {
    if (mode === 'live') shown = picture
    else if (taken % groupFrames === 0) shown = picture.slice() // held longer than its source promises
    if (shown === undefined) return
    yield shown
    taken += 1
    if (taken % groupFrames === 0) yield shown
  }
  if (shown === undefined || taken >= groupFrames) return
  for (let n = taken; n <= groupFrames; n += 1) yield shown
}
