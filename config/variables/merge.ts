// The variables of the merge: how the two pictures become one, and what one encode may cost.
// Never chooses at run time: src/merge falls back by itself and says so.

import { z } from 'zod'
import { corners, layouts, sides } from '../picture-words.ts'
import { profileNames } from '../film-profiles.ts'
import { oneOf, wholeNumber } from '../values.ts'
import { optionalVariable, variable } from '../variable.ts'

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
  profile: variable(
    {
      name: 'MERGE_PROFILE',
      unit: `word: ${profileNames.slice(0, -1).join(', ')} or ${profileNames.at(-1)}`,
      meaning:
        'How large a film may become: small at most 1.4 GB an hour, standard 2.7, fine 4.5, best 9. A film of a quiet match stays below.',
      default: 'standard',
      example: 'small',
    },
    oneOf(...profileNames),
  ),
  crf: optionalVariable(
    {
      name: 'MERGE_CRF',
      unit: "x264's constant rate factor",
      meaning: 'For experts: the quality aimed at, instead of that of the profile (26, 23, 21, 18); lower is better and larger.',
      example: '20',
    },
    wholeNumber(15, 35),
  ),
  maxRateKbps: optionalVariable(
    {
      name: 'MERGE_MAX_RATE_KBPS',
      unit: 'kbit/s',
      meaning: 'For experts: the highest bit rate of the film, instead of that of the profile (3000, 6000, 10000, 20000).',
      example: '4000',
    },
    wholeNumber(500, 50_000),
  ),
  qp: optionalVariable(
    {
      name: 'MERGE_QP',
      unit: "x264's constant quantiser",
      meaning:
        'For experts and comparisons: one quality for every picture and one preset throughout, so that the same pictures make the same film. Nothing bounds its size, and the merge does not hurry when it is late.',
      example: '26',
    },
    wholeNumber(12, 40),
  ),
  encoder: variable(
    {
      name: 'MERGE_ENCODER',
      unit: 'word: auto or x264',
      meaning:
        "Who encodes the film: auto takes a Raspberry Pi 4's own encoder for films that it has room for (at most 1920 wide) and x264 everywhere else; x264 is always right.",
      default: 'auto',
      example: 'x264',
    },
    oneOf('auto', 'x264'),
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
