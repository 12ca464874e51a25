// The variables of what lies outside the box: the bucket and the Supabase project. A box works without both.
// Never connects. This version checks the values of Supabase; the cloud comes later.

import { z } from 'zod'
import { leastUploadKbps, uploadWindows } from '../upload-windows.ts'
import { bucketName, credential, decimalNumber, flag, oneOf, regionName, webAddress, wholeNumber } from '../values.ts'
import { optionalVariable, variable } from '../variable.ts'

const cloudLater = 'used when the box talks to Supabase'

export const storageVariables = z.object({
  accessKeyId: optionalVariable(
    {
      name: 'AWS_ACCESS_KEY_ID',
      unit: 'credential',
      meaning: 'The access key of the bucket.',
      example: 'AKIAIOSFODNN7EXAMPLE',
      secret: true,
    },
    credential,
  ),
  secretAccessKey: optionalVariable(
    {
      name: 'AWS_SECRET_ACCESS_KEY',
      unit: 'credential',
      meaning: 'The secret that belongs to the access key.',
      example: 'wJalrXUtnFEMI-EXAMPLEKEY',
      secret: true,
    },
    credential,
  ),
  region: variable(
    {
      name: 'AWS_DEFAULT_REGION',
      unit: 'region name',
      meaning: 'The region of the bucket.',
      default: 'us-east-1',
      example: 'eu-central-1',
      aliases: [{ name: 'AWS_REGION' }],
    },
    regionName,
  ),
  bucket: optionalVariable(
    {
      name: 'S3_BUCKET',
      unit: 'bucket name',
      meaning: 'The bucket that films go to; without one they go to a folder of the box.',
      example: 'green-park-films',
      aliases: [{ name: 'AWS_S3_BUCKET' }],
    },
    bucketName,
  ),
  mediaBucket: optionalVariable(
    {
      name: 'AWS_USER_MEDIA_BUCKET',
      unit: 'bucket name',
      meaning: "The bucket that holds the venue's logos and intro.",
      example: 'green-park-media',
      later: 'used when logos are fetched from a bucket',
    },
    bucketName,
  ),
  endpoint: optionalVariable(
    {
      name: 'S3_ENDPOINT',
      unit: 'web address',
      meaning: 'The address of an S3 service other than Amazon.',
      example: 'https://s3.example.org',
    },
    webAddress,
  ),
  forcePathStyle: variable(
    {
      name: 'S3_FORCE_PATH_STYLE',
      unit: 'true or false',
      meaning: 'Put the bucket into the path of the address instead of its host name.',
      default: 'false',
      example: 'true',
    },
    flag,
  ),
  checksum: variable(
    {
      name: 'S3_CHECKSUM',
      unit: 'word: supported or required',
      meaning:
        'Ask the store to keep the strongest checksum that it takes (supported), or none that it does not require (for stores that refuse the request).',
      default: 'supported',
      example: 'required',
    },
    oneOf('supported', 'required'),
  ),
  partMebibytes: variable(
    {
      name: 'S3_PART_MEBIBYTES',
      unit: 'MiB',
      meaning: 'The size of one part of an upload; more where the header of the longest film needs it.',
      default: '5',
      example: '8',
    },
    wholeNumber(5, 64),
  ),
  maxAttempts: variable(
    {
      name: 'S3_MAX_ATTEMPTS',
      unit: 'tries',
      meaning: 'How often a request is tried within seconds before the waits grow, up to a minute; it is never given up.',
      default: '5',
      example: '10',
    },
    wholeNumber(1, 100),
  ),
  timeoutSeconds: variable(
    {
      name: 'S3_TIMEOUT_SECONDS',
      unit: 'seconds',
      meaning: 'A request without progress for so long is given up.',
      default: '30',
      example: '60',
    },
    decimalNumber(1, 600),
  ),
  maxRateKbps: optionalVariable(
    {
      name: 'UPLOAD_MAX_RATE_KBPS',
      unit: 'kbit/s',
      meaning: 'Uploads take at most so much of the uplink; without it as much as it gives.',
      example: '8000',
    },
    wholeNumber(leastUploadKbps, 100_000_000),
  ),
  windows: variable(
    {
      name: 'UPLOAD_WINDOWS',
      unit: 'HH:MM-HH:MM=RATE, parted by commas',
      meaning:
        'Times of day at the venue in which uploads have a highest rate of their own: kbit/s, full or off. The first that fits holds; at other times UPLOAD_MAX_RATE_KBPS does.',
      default: '',
      example: '08:00-23:00=2000,23:00-08:00=full',
    },
    uploadWindows,
  ),
  pauseWhileRecording: variable(
    {
      name: 'UPLOAD_PAUSE_WHILE_RECORDING',
      unit: 'true or false',
      meaning: 'No part of a film and no clip is sent while a match is recorded; they are then in the bucket later.',
      default: 'false',
      example: 'true',
    },
    flag,
  ),
  viewerRateKbps: variable(
    {
      name: 'UPLOAD_VIEWER_RATE_KBPS',
      unit: 'kbit/s',
      meaning: 'Uploads take at most so much while somebody beyond the venue network watches live from this box.',
      default: '1000',
      example: '2000',
    },
    wholeNumber(leastUploadKbps, 100_000_000),
  ),
  first: variable(
    {
      name: 'UPLOAD_FIRST',
      unit: 'word: oldest or newest',
      meaning:
        'Which film goes first when several wait. A film that has waited for a day goes before all others; clips for phones go before films.',
      default: 'oldest',
      example: 'newest',
    },
    oneOf('oldest', 'newest'),
  ),
  tracks: variable(
    {
      name: 'S3_TRACKS',
      unit: 'word: off, spare or required',
      meaning:
        'Send what each camera gave of a match to the bucket too, behind all films (spare); footage then makes room only when it is there (required).',
      default: 'off',
      example: 'spare',
    },
    oneOf('off', 'spare', 'required'),
  ),
  verifyPercent: variable(
    {
      name: 'S3_VERIFY_PERCENT',
      unit: 'percent',
      meaning: 'So many of the films in the bucket are asked for again each night from four on; 0 asks for none.',
      default: '10',
      example: '25',
    },
    wholeNumber(0, 100),
  ),
})

export const databaseVariables = z.object({
  supabaseUrl: optionalVariable(
    {
      name: 'SUPABASE_URL',
      unit: 'web address',
      meaning: 'The address of the Supabase project.',
      example: 'https://abcdefgh.supabase.co',
      later: cloudLater,
    },
    webAddress,
  ),
  supabaseServiceRoleKey: optionalVariable(
    {
      name: 'SUPABASE_SERVICE_ROLE_KEY',
      unit: 'credential',
      meaning: 'The service role key of the Supabase project.',
      example: 'sb_secret_EXAMPLE0000000000',
      secret: true,
      aliases: [{ name: 'SUPABASE_KEY' }],
      later: cloudLater,
    },
    credential,
  ),
  timeoutSeconds: variable(
    {
      name: 'SUPABASE_TIMEOUT_SECONDS',
      unit: 'seconds',
      meaning: 'A request to Supabase without an answer for so long is given up.',
      default: '10',
      example: '20',
      later: cloudLater,
    },
    decimalNumber(1, 120),
  ),
  pollSeconds: variable(
    {
      name: 'SUPABASE_POLL_SECONDS',
      unit: 'seconds',
      meaning: 'How often the box asks Supabase for new bookings.',
      default: '15',
      example: '30',
      later: cloudLater,
    },
    decimalNumber(1, 3600),
  ),
})
