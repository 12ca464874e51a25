// The closed lists of words for how two pictures become one: settings, rows, the API and manifests all take them from here.
// Never decides what a word does: src/merge does.

/** How the two pictures become one. */
export const layouts = ['side-by-side', 'stacked', 'single', 'picture-in-picture', 'panorama'] as const
export type LayoutName = (typeof layouts)[number]

/** The sides of a rig. */
export const sides = ['left', 'right'] as const

/** Degrees clockwise by which a picture is turned to stand upright. */
export type Rotation = 0 | 90 | 180 | 270
export const rotations: readonly Rotation[] = [0, 90, 180, 270]

/** How a picture is mirrored, after it was turned: left for right, top for bottom, or both. */
export const flips = ['none', 'horizontal', 'vertical', 'both'] as const
export type Flip = (typeof flips)[number]

/** What makes a camera's picture stand as it should. */
export type Turn = { readonly rotation: Rotation; readonly flip: Flip }

/** Where a logo stands on the film. */
export const logoPositions = [
  'top-left',
  'top-center',
  'top-right',
  'middle-left',
  'middle-right',
  'bottom-left',
  'bottom-center',
  'bottom-right',
] as const
export type LogoPosition = (typeof logoPositions)[number]

/** Whose logo. */
export const logoSlots = ['platform', 'venue', 'sponsor-1', 'sponsor-2', 'sponsor-3'] as const
export type LogoSlot = (typeof logoSlots)[number]

/** What stands before and behind the match. */
export const bookendSlots = ['intro', 'outro'] as const
export type BookendSlot = (typeof bookendSlots)[number]

export const corners = ['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const
export type Corner = (typeof corners)[number]
