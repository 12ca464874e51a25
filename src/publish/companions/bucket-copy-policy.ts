// Which small objects stand beside a film in the bucket, under which names, and what is to be done about those that do not.
// Pure: companions, files and rows in, orders out.

import type { Companion } from './companion-store.ts'

export type WantedObject = {
  /** In the bucket. */
  readonly objectKey: string
  /** On this box: a key of the store, or the manifest. */
  readonly from: { readonly storeKey: string } | 'manifest'
  readonly type: string
}

/** `objectKey`: the film's own in the bucket; what stands beside it goes where it goes. The smaller version of a wide film goes its own way: it is
 *  large, and only there while a link from the bucket shows the film. */
export function wantedBeside(filmKey: string, objectKey: string, companions: readonly Companion[]): WantedObject[] {
  const [localStem, stem] = [stemOf(filmKey), stemOf(objectKey)]
  return [
    { objectKey: `${stem}.jpg`, from: { storeKey: `${localStem}.jpg` }, type: 'image/jpeg' },
    { objectKey: `${stem}/recording.json`, from: 'manifest', type: 'application/json' },
    ...companions
      .filter(({ kind }) => kind !== 'rendition')
      .map((each): WantedObject => ({
        objectKey: each.objectKey.replace(localStem, stem),
        from: { storeKey: each.objectKey },
        type: each.kind === 'thumbnails' ? 'text/vtt; charset=utf-8' : 'image/jpeg',
      })),
  ]
}

/** Where the smaller version stands, beside the film's own object. */
export const renditionBeside = (objectKey: string): string => `${stemOf(objectKey)}/rendition.mp4`

export const isRenditionKey = (objectKey: string): boolean => objectKey.endsWith('/rendition.mp4')

/** A camera's track: it stays where it was sent to, for as long as the film lives. */
export const isTrackKey = (objectKey: string): boolean => /\/track-(left|right)-\d+\.ts$/.test(objectKey)

export const stemOf = (key: string): string => key.replace(/\.mp4$/, '')
