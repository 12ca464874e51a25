// What a chain can record: one of the two cameras, or the sound of the rig. Journals and rows call it `camera`, for the sound too.
// Never says how: a driver does.

export const inputs = ['left', 'right', 'sound'] as const
export type Input = (typeof inputs)[number]
