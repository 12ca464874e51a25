// Requests whose words are wrong: bytes, percent signs, targets, hosts, versions, methods and manners that no client of ours has.
// Pure. Never more than one request in most of them: what frames them is raw-attacks.ts.

import { Buffer } from 'node:buffer'
import { crlf, get, latin, oneOf, post, whole, type Kind } from './attack-form.ts'
import type { Step } from './raw-socket.ts'

export const oddBytes: Kind = (random) => {
  const text = oneOf(
    random,
    get('/test-alive').replace('alive', 'al\0ive'),
    get('/test-alive', 'X: a\0b'),
    get('/test-alive', 'X\0: b'),
    get('/test-alive', 'X: \xff\xfe'),
    get('/videos/\xc3\xa9\xf0\x9f\x8e\xbe'),
    get('/test-alive\t/x'),
    get('/test alive'),
    get('/test-alive').replaceAll(crlf, '\n'),
    get('/test-alive').replaceAll(crlf, '\r'),
    get('/test-alive', ' folded: 1', '\tfolded'),
    get('/test-alive', ': no name'),
    get('/test-alive', 'no colon'),
    get('/test-alive', 'Héader: 1'),
    `${crlf}${crlf}${get('/test-alive')}`,
    get('/s/\x80\x81\x82'),
    get('/s/x', 'Cookie: ezvisit=\xff\xff'),
  )
  return { name: 'odd bytes', steps: [latin(text)], least: 0, most: 1, statuses: [200, 400, 401, 404, 421, 429] }
}

export const percents: Kind = (random) => {
  const part = oneOf(
    random,
    '%',
    '%z',
    '%zz',
    '%c0%af',
    '%e0%80%af',
    '%u0041',
    '%00',
    '%ff',
    '%25%',
    '%2e%2e',
    '..%2f',
    '%5c..%5c',
    '%0d%0aX-Evil:%201',
    '%f0%9f%8e',
    '%ed%a0%80',
  )
  const target = oneOf(
    random,
    `/s/${part}`,
    `/static/${part}`,
    `/static/${part}/${part}`,
    `/videos/${part}`,
    `/test-alive?${part}=${part}`,
    `/${part}`,
    `/share/${part}`,
    `/s/x/live/${part}`,
    `/court?x=${part}`,
  )
  return { name: 'percent', steps: [latin(get(target))], least: 1, most: 1, statuses: [200, 308, 400, 401, 404, 422, 429] }
}

export const targets: Kind = (random) => {
  const target = oneOf(
    random,
    'http://127.0.0.1/test-alive',
    'http://evil.example/test-alive',
    'https://127.0.0.1/bookings',
    'ftp://127.0.0.1/',
    'http://',
    'http://[::1/',
    'http://a@b:c@127.0.0.1/test-alive',
    '//evil.example/test-alive',
    '*',
    '127.0.0.1:80',
    '?x',
    '#x',
    '/test-alive#x',
    '/\\..\\test-alive',
    '/static/../test-alive',
    '/./test-alive',
    '/x/../../../../etc/passwd',
    `/${'../'.repeat(2_000)}etc/passwd`,
  )
  const method = oneOf(random, 'GET', 'GET', 'OPTIONS', 'HEAD')
  return {
    name: 'targets',
    steps: [latin(get(target).replace('GET', method))],
    least: 0,
    most: 1,
    heads: method === 'HEAD' ? [0] : [],
    statuses: [200, 204, 400, 401, 404, 405, 421],
  }
}

export const hosts: Kind = (random) => {
  const host = oneOf<readonly string[]>(
    random,
    [],
    ['Host:'],
    ['Host: a b'],
    ['Host: 127.0.0.1', 'Host: evil.example'],
    ['Host: a@127.0.0.1'],
    ['Host: [::1'],
    ['Host: 127.0.0.1:99999999'],
    ['Host: 127.0.0.1/evil'],
    ['Host: ﾓ'],
    ['Host: 127.1'],
    ['Host: 0x7f.1'],
    ['Host: localhost.'],
    ['Host: evil.example:80'],
  )
  return {
    name: 'hosts',
    steps: [latin(['GET /test-alive HTTP/1.1', ...host, '', ''].join(crlf))],
    least: 1,
    most: 1,
    statuses: [200, 400, 421],
  }
}

export const versions: Kind = (random) => {
  const bytes = oneOf(
    random,
    latin('GET /test-alive\r\n'),
    latin('GET /test-alive\r\n\r\n'),
    latin(get('/test-alive').replace('1.1', '0.9')),
    latin(get('/test-alive').replace('1.1', '1.0')),
    latin(get('/test-alive').replace('1.1', '1.2')),
    latin(get('/test-alive').replace('HTTP/1.1', 'HTTP/2.0')),
    latin(get('/test-alive').replace('HTTP/1.1', 'HTTP/1.1 x')),
    latin('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0'),
    Buffer.from('16030100a5010000a10303', 'hex'),
    latin('SSH-2.0-OpenSSH_9.2\r\n'),
    latin('\0'.repeat(100)),
    Buffer.from(Array.from({ length: 300 }, () => whole(random, 256))),
    latin('RTSP/1.0 200 OK\r\n\r\n'),
    latin('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
  )
  return { name: 'other protocols', steps: [bytes], least: 0, most: 1, statuses: [200, 400, 421] }
}

export const methods: Kind = (random) => {
  const method = oneOf(
    random,
    'get',
    'Get',
    'TRACE',
    'TRACK',
    'CONNECT',
    'OPTIONS',
    'PROPFIND',
    'PURGE',
    'M-SEARCH',
    'X',
    'G'.repeat(5_000),
    '',
    'GET ',
    'QUERY',
    'SOURCE',
  )
  return {
    name: 'methods',
    steps: [latin(get('/test-alive').replace('GET', method))],
    least: 0,
    most: 1,
    statuses: [204, 400, 404, 405, 431, 200],
  }
}

export const manners: Kind = (random) => {
  const steps = oneOf<readonly Step[]>(
    random,
    [latin(post('/court/stop', '', 'Expect: 100-continue', 'Content-Length: 2')), 5, latin('{}')],
    [latin(post('/court/stop', '{}', 'Expect: a cake', 'Content-Length: 2'))],
    [latin(get('/test-alive', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: x', 'Sec-WebSocket-Version: 13'))],
    [latin(get('/test-alive', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: x'))],
    [latin(get('/test-alive', 'Connection: close, keep-alive, x'))],
    [latin(get('/test-alive', 'Connection: close')), latin(get('/test-alive'))],
    [latin(get('/test-alive', 'TE: trailers', 'Trailer: x'))],
    [latin(get('/test-alive', 'Content-Length: 2')), latin('{}')],
  )
  return { name: 'manners', steps, least: 1, most: 2, statuses: [200, 404, 417] }
}
