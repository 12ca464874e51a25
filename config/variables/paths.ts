// The variables of places: where state and media live, and who may read them.
// Never makes a folder. `<home>` at the start of a folder stands for EZREC_HOME.

import { z } from 'zod'
import { fileMask, folder } from '../values.ts'
import { variable } from '../variable.ts'

const unit = 'folder'

export const pathVariables = z.object({
  home: variable(
    {
      name: 'EZREC_HOME',
      unit,
      meaning: 'Where state and media live; an installation uses /opt/ezrec-backend. Not read from the .env file inside it.',
      default: './.ezrec',
      example: '/opt/ezrec-backend',
    },
    folder,
  ),
  recordings: variable(
    {
      name: 'RECORDINGS_DIR',
      unit,
      meaning: 'Recordings, a folder for each day.',
      default: '<home>/recordings',
      example: '/media/disk/recordings',
      aliases: [{ name: 'RAW_RECORDINGS_DIR' }],
    },
    folder,
  ),
  takes: variable(
    {
      name: 'TAKES_DIR',
      unit,
      meaning: 'What the cameras send, until it is merged.',
      default: '<home>/takes',
      example: '/media/disk/takes',
    },
    folder,
  ),
  store: variable(
    { name: 'STORE_DIR', unit, meaning: 'Published films when there is no bucket.', default: '<home>/store', example: '/media/disk/store' },
    folder,
  ),
  logs: variable(
    {
      name: 'LOG_DIR',
      unit,
      meaning: 'One log file for each service, rotated at 10 MB.',
      default: '<home>/logs',
      example: '/var/log/ezrec',
    },
    folder,
  ),
  cache: variable(
    {
      name: 'CACHE_DIR',
      unit,
      meaning: 'What can be made again, such as the simulated match.',
      default: '<home>/cache',
      example: '/var/cache/ezrec',
    },
    folder,
  ),
  umask: variable(
    {
      name: 'EZREC_UMASK',
      unit: 'octal mask',
      meaning: 'Permissions that new files, logs included, do not get: 0027 lets the group read and others nothing.',
      default: '0027',
      example: '0022',
    },
    fileMask,
  ),
})
