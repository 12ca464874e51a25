// The variables of the door: the HTTP server, share links, and how much the logs say.
// Never opens a port.

import { z } from 'zod'
import { decimalNumber, flag, hostOrAddress, logLevel, networkList, oneOf, originList, webAddress, wholeNumber } from '../values.ts'
import { optionalVariable, variable } from '../variable.ts'

export const apiVariables = z.object({
  host: variable(
    {
      name: 'API_HOST',
      unit: 'IP address or host name',
      meaning: 'The address that the server listens on; 0.0.0.0 serves the whole venue network, 127.0.0.1 this machine alone.',
      default: '0.0.0.0',
      example: '127.0.0.1',
    },
    hostOrAddress,
  ),
  port: variable(
    {
      name: 'API_PORT',
      unit: 'TCP port',
      meaning: 'The port that the server listens on; when it is unset and taken, the next free one is used.',
      default: '8000',
      example: '8080',
    },
    wholeNumber(1, 65_535),
  ),
  debug: variable(
    {
      name: 'DEBUG',
      unit: 'true or false',
      meaning: 'Log at level DEBUG unless LOG_LEVEL says otherwise.',
      default: 'false',
      example: 'true',
    },
    flag,
  ),
  trustedProxies: variable(
    {
      name: 'TRUSTED_PROXIES',
      unit: 'IP addresses and networks, parted by commas',
      meaning: "Proxies whose word on the client's address is believed; nobody's by default.",
      default: '',
      example: '127.0.0.1,10.0.0.0/8',
    },
    networkList,
  ),
  corsOrigins: variable(
    {
      name: 'CORS_ORIGINS',
      unit: 'origins, parted by commas',
      meaning: 'Web sites elsewhere whose pages may call this server from a browser; none by default.',
      default: '',
      example: 'https://book.example.org',
    },
    originList,
  ),
  requestsPerMinute: variable(
    {
      name: 'API_REQUESTS_PER_MINUTE',
      unit: 'requests a minute',
      meaning:
        'What one key or account may ask for, one share link in one network, and one address without either; a minute of it may come at once.',
      default: '6000',
      example: '12000',
    },
    wholeNumber(1, 100_000_000),
  ),
  openRequestsPerMinute: variable(
    {
      name: 'API_OPEN_REQUESTS_PER_MINUTE',
      unit: 'requests a minute',
      meaning:
        'What all who have neither key nor account may ask for together; as much again is kept for those with a share link, and keys and accounts count for neither.',
      default: '24000',
      example: '48000',
    },
    wholeNumber(1, 100_000_000),
  ),
  livePreview: variable(
    {
      name: 'LIVE_PREVIEW',
      unit: 'true or false',
      meaning: 'Let operators look through a camera while nothing is booked; each look is written down.',
      default: 'false',
      example: 'true',
    },
    flag,
  ),
})

export const shareVariables = z.object({
  baseUrl: optionalVariable(
    {
      name: 'SHARE_BASE_URL',
      unit: 'web address',
      meaning: 'What share links begin with; without it the address of this box in the venue network.',
      example: 'https://films.example.org',
    },
    webAddress,
  ),
  days: variable(
    { name: 'SHARE_DAYS', unit: 'days', meaning: 'How long a share link lives unless asked otherwise.', default: '7', example: '14' },
    decimalNumber(0.01, 30),
  ),
  mode: variable(
    {
      name: 'SHARE_MODE',
      unit: 'word: auto, box or bucket',
      meaning:
        'Where page and film of a share link come from: this box, the bucket (they open with the box switched off), or (auto) the bucket for films that it holds and may be read from there.',
      default: 'auto',
      example: 'box',
    },
    oneOf('auto', 'box', 'bucket'),
  ),
  bucketUrl: optionalVariable(
    {
      name: 'SHARE_BUCKET_URL',
      unit: 'web address',
      meaning:
        'Where everyone may read the objects of the bucket whose names begin with share/: links are short then and live as long as asked. Without it a link to the bucket is signed, long, and lives for at most 7 days.',
      example: 'https://films.example.org',
    },
    webAddress,
  ),
})

export const loggingVariables = z.object({
  level: variable(
    {
      name: 'LOG_LEVEL',
      unit: 'word: DEBUG, INFO, WARN or ERROR',
      meaning: 'The least important lines that the logs keep; WARNING and CRITICAL are understood.',
      default: 'INFO',
      example: 'DEBUG',
    },
    logLevel,
  ),
})
