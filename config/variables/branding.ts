// The variables of branding: the logos that stand on every film, its intro and outro, and the text that others write on it.
// Never opens a file: a missing one is told when a film begins, and left out.

import { z } from 'zod'
import { decimalNumber, filePath, logoPosition, wholeNumber } from '../values.ts'
import { optionalVariable, variable } from '../variable.ts'

const unitOfFile = 'file: PNG, JPEG or WebP'
const unitOfPosition = 'word: top-left, top-center, top-right, middle-left, middle-right, bottom-left, bottom-center or bottom-right'

const logo = (name: string, whose: string, example: string) =>
  optionalVariable({ name, unit: unitOfFile, meaning: `The logo of ${whose} on every film; unset, there is none.`, example }, filePath)

const position = (name: string, whose: string, usual: string, old: readonly string[] = []) =>
  variable(
    {
      name,
      unit: unitOfPosition,
      meaning: `Where the logo of ${whose} stands. Two at one place stand one above the other.`,
      default: usual,
      example: 'top-center',
      aliases: old.map((name) => ({ name })),
    },
    logoPosition,
  )

const side = (name: string, what: string, usual: string, old: readonly string[] = []) =>
  variable(
    {
      name,
      unit: 'pixels of the film',
      meaning: `The ${what}; the logo keeps its shape, and none takes more than a third of the film's width or height.`,
      default: usual,
      example: '200',
      aliases: old.map((name) => ({ name })),
    },
    wholeNumber(8, 2_000),
  )

const bookend = (name: string, when: string, example: string) =>
  optionalVariable(
    {
      name,
      unit: 'file: a film of at most 60 s',
      meaning: `A film that is ${when}, of any size, rate and codec, with or without sound; unset, there is none.`,
      example,
    },
    filePath,
  )

export const brandingVariables = z.object({
  platformFile: logo('MAIN_LOGO_PATH', 'the platform', '<home>/branding/platform.png'),
  platformPosition: position('MAIN_LOGO_POSITION', 'the platform', 'bottom-right'),
  platformWidth: side('MAIN_LOGO_WIDTH', "width of the box that the platform's logo fits in", '400'),
  platformHeight: side('MAIN_LOGO_HEIGHT', "height of the box that the platform's logo fits in", '400'),
  venueFile: logo('USER_LOGO_PATH', 'the venue', '<home>/branding/venue.png'),
  venuePosition: position('USER_LOGO_POSITION', 'the venue', 'top-right', ['LOGO_POSITION']),
  venueWidth: side('USER_LOGO_WIDTH', "width of the box that the venue's logo fits in", '120', ['LOGO_WIDTH']),
  venueHeight: side('USER_LOGO_HEIGHT', "height of the box that the venue's logo fits in", '120', ['LOGO_HEIGHT']),
  sponsor1File: logo('SPONSOR_LOGO_1_PATH', 'the first sponsor', '<home>/branding/sponsor-1.png'),
  sponsor1Position: position('SPONSOR_1_POSITION', 'the first sponsor', 'bottom-left'),
  sponsor2File: logo('SPONSOR_LOGO_2_PATH', 'the second sponsor', '<home>/branding/sponsor-2.png'),
  sponsor2Position: position('SPONSOR_2_POSITION', 'the second sponsor', 'bottom-center'),
  sponsor3File: logo('SPONSOR_LOGO_3_PATH', 'the third sponsor', '<home>/branding/sponsor-3.png'),
  sponsor3Position: position('SPONSOR_3_POSITION', 'the third sponsor', 'top-left'),
  sponsorWidth: side('SPONSOR_LOGO_WIDTH', "width of the box that a sponsor's logo fits in", '120'),
  sponsorHeight: side('SPONSOR_LOGO_HEIGHT', "height of the box that a sponsor's logo fits in", '120'),
  margin: variable(
    {
      name: 'LOGO_MARGIN',
      unit: 'pixels of the film',
      meaning: 'How far logos stand from the edges of the film.',
      default: '10',
      example: '24',
    },
    wholeNumber(0, 500),
  ),
  opacity: variable(
    {
      name: 'LOGO_OPACITY',
      unit: 'from 0.05 to 1',
      meaning: 'How strong logos stand on the picture; 1 hides what is behind them.',
      default: '1',
      example: '0.8',
    },
    decimalNumber(0.05, 1),
  ),
  introFile: bookend('INTRO_VIDEO_PATH', 'shown before the match', '<home>/branding/intro.mp4'),
  outroFile: bookend('OUTRO_VIDEO_PATH', 'shown after the match', '<home>/branding/outro.mp4'),
  scoreFile: optionalVariable(
    {
      name: 'SCORE_FILE',
      unit: 'file: text, at most two lines of 40 letters',
      meaning:
        'A text that stands on the film as long as it stands in the file, such as a score; looked at once a second. Unset, there is none.',
      example: '<home>/score.txt',
    },
    filePath,
  ),
  scorePosition: variable(
    {
      name: 'SCORE_POSITION',
      unit: unitOfPosition,
      meaning: 'Where the text stands. It lies over a logo at the same place.',
      default: 'top-center',
      example: 'bottom-center',
    },
    logoPosition,
  ),
  scoreHeight: variable(
    {
      name: 'SCORE_HEIGHT',
      unit: 'pixels of the film',
      meaning: 'How high its letters are; a line that is too long for the film is made smaller.',
      default: '28',
      example: '40',
    },
    wholeNumber(8, 200),
  ),
})
