// The variables of the merge: how the two pictures become one, and what one encode may cost.
// Never chooses at run time: src/merge falls back by itself and says so.

import { z } from 'zod'
import { corners, layouts, sides } from '../picture-words.ts'
import { oneOf, wholeNumber } from '../values.ts'
import { variable } from '../variable.ts'

export const mergeVariables = z.object({
  layout: variable(
    {
      name: 'MERGE_LAYOUT',
      unit: `word: ${layouts.slice(0, -1).join(', ')} or ${layouts.at(-1)}`,
      meaning:
        'How the two pictures become one; fixed for a recording when it opens. A panorama that cannot be drawn is side by side, and says so.',
      default: 'side-by-side',
      example: 'side-by-side',
      aliases: [{ name: 'MERGE_METHOD', values: { side_by_side: 'side-by-side', advanced_stitch: 'panorama', panoramic: 'panorama' } }],
    },
    oneOf(...layouts),
  ),
  mainCamera: variable(
    {
      name: 'MERGE_MAIN_CAMERA',
      unit: 'word: left or right',
      meaning: 'The camera that the layout single shows, and that is the large one of picture-in-picture.',
      default: 'left',
      example: 'right',
    },
    oneOf(...sides),
  ),
  insetCorner: variable(
    {
      name: 'MERGE_INSET_CORNER',
      unit: `word: ${corners.slice(0, -1).join(', ')} or ${corners.at(-1)}`,
      meaning: 'Where the small picture of picture-in-picture stands.',
      default: 'top-left',
      example: 'bottom-left',
    },
    oneOf(...corners),
  ),
  preset: variable(
    {
      name: 'MERGE_PRESET',
      unit: 'word: ultrafast, superfast or veryfast',
      meaning: "x264's preset: a slower one makes smaller films and needs more of the processor.",
      default: 'superfast',
      example: 'veryfast',
    },
    oneOf('ultrafast', 'superfast', 'veryfast'),
  ),
  crf: variable(
    {
      name: 'MERGE_CRF',
      unit: "x264's constant rate factor",
      meaning: 'The quality aimed at: lower is better and larger.',
      default: '23',
      example: '20',
    },
    wholeNumber(15, 35),
  ),
  maxRateKbps: variable(
    {
      name: 'MERGE_MAX_RATE_KBPS',
      unit: 'kbit/s',
      meaning: 'The highest bit rate of the film; 6000 keeps an hour under 3 GB.',
      default: '6000',
      example: '4000',
    },
    wholeNumber(500, 50_000),
  ),
  chunkSeconds: variable(
    {
      name: 'MERGE_CHUNK_SECONDS',
      unit: 'seconds',
      meaning: 'The length of one chunk: the step of the live stream, and what a killed merge does again.',
      default: '2',
      example: '2',
    },
    wholeNumber(1, 10),
  ),
})
