// The variables of how long things are kept: days for each class, 0 for as long as there is room, or for ever.
// Never says what may go: src/sweep/retention-policy.ts does.

import { z } from 'zod'
import { wholeNumber } from '../values.ts'
import { variable } from '../variable.ts'

const unit = 'days, 0 for never'
const tenYears = 3_650

export const keepVariables = z.object({
  tracksDays: variable(
    {
      name: 'KEEP_TRACKS_DAYS',
      unit,
      meaning: 'What the cameras gave goes so long after a match whose film is published and was read back; sooner when room is needed.',
      default: '7',
      example: '30',
    },
    wholeNumber(0, tenYears),
  ),
  chunksDays: variable(
    {
      name: 'KEEP_CHUNKS_DAYS',
      unit,
      meaning: 'The pieces of the live stream go so long after the film that was made of them was published; sooner when room is needed.',
      default: '3',
      example: '1',
    },
    wholeNumber(0, tenYears),
  ),
  filmsDays: variable(
    {
      name: 'KEEP_FILMS_DAYS',
      unit,
      meaning: "The box's own copy of a film goes so long after it was published, if the bucket proves that it holds it; 0: only for room.",
      default: '0',
      example: '30',
    },
    wholeNumber(0, tenYears),
  ),
  clipsDays: variable(
    {
      name: 'KEEP_CLIPS_DAYS',
      unit,
      meaning:
        'Seconds that somebody kept of a match, and clips for phones, go so long after they were asked for, from the bucket too; 0: with their film.',
      default: '0',
      example: '90',
    },
    wholeNumber(0, tenYears),
  ),
  logsDays: variable(
    {
      name: 'KEEP_LOGS_DAYS',
      unit,
      meaning: 'Log files that were rotated away go so long after their last line.',
      default: '30',
      example: '7',
    },
    wholeNumber(0, tenYears),
  ),
  publishedDays: variable(
    {
      name: 'KEEP_PUBLISHED_DAYS',
      unit,
      meaning:
        'A film is removed so long after it was published, from the box and from the bucket, with all that stands beside it and all links to it.',
      default: '0',
      example: '365',
    },
    wholeNumber(0, tenYears),
  ),
})
