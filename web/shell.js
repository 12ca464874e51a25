// The front page: claims a new box, signs in, and lists bookings and films.
// Never keeps a password and never puts markup together from data.

import { length } from './length.js'
import { pinButton } from './pin.js'

const byId = (id) => document.getElementById(id)
let times
/** What the button below a table does next. */
const behind = {}

void start()

async function start() {
  for (const [form, url] of [
    ['claim', '/claim'],
    ['login', '/login'],
  ])
    byId(form).addEventListener('submit', async (event) => {
      event.preventDefault()
      const button = event.target.querySelector('button')
      button.disabled = true
      const { ok, answer } = await send('POST', url, Object.fromEntries(new FormData(event.target)))
      button.disabled = false
      say(ok ? '' : answer.message)
      if (ok) {
        event.target.reset()
        await show()
      }
    })
  byId('logout').addEventListener('click', async () => {
    await send('POST', '/logout')
    await show()
  })
  for (const id of ['coming', 'earlier', 'films']) byId(`${id}-more`).addEventListener('click', () => behind[id]())
  await show()
}

async function show() {
  const me = await send('GET', '/me')
  const door = me.ok ? undefined : (await send('GET', '/claim')).answer.data
  const claimable = door?.claimable === true
  byId('plain').hidden = door?.plain !== true
  byId('claim').hidden = !claimable
  byId('login').hidden = me.ok || claimable
  byId('inside').hidden = !me.ok
  if (!me.ok) return
  byId('who').textContent = `${me.answer.data.name} (${me.answer.data.role})`
  tellTimesIn(me.answer.data.timeZone)
  const mayMakePins = me.answer.data.role !== 'viewer'
  const now = me.answer.timestamp // the box's clock, whatever this machine's says
  await Promise.all([
    list('coming', `/bookings?limit=50&from=${now}`, (one) => ({
      ...bookingCells(one),
      ...(mayMakePins && isToCome(one) ? { open: pinButton(one, span(one), send) } : {}),
    })),
    list('earlier', `/bookings?limit=20&sort=-starts&to=${now}`, (one) => (one.endsAt > now ? undefined : bookingCells(one))),
    list('films', '/videos?limit=20', filmCells),
  ])
}

const isToCome = ({ status, record }) => record && (status === 'scheduled' || status === 'recording')

const bookingCells = (one) => ({
  when: span(one),
  title: one.title ?? 'no title',
  status: one.status,
  open: one.videoId ? link(`/videos/${one.videoId}/stream`, 'watch') : '',
})

const filmCells = (one) => ({
  when: span(one),
  title: one.title ?? 'no title',
  length: length(one.durationSeconds),
  status: one.status,
  open: join(link(one.stream, 'watch'), link(`${one.stream}?download=1`, 'download')),
})

/** Fills a table with the first page of a list. */
async function list(id, address, cellsOf) {
  byId(id).replaceChildren()
  await add(id, address, cellsOf)
}

/** Its button brings the page behind it, as the Link header has it. */
async function add(id, address, cellsOf) {
  const rows = byId(id)
  const more = byId(`${id}-more`)
  more.disabled = true
  const { ok, answer, next } = await send('GET', address)
  more.disabled = false
  if (!ok) {
    say(answer.message)
    return
  }
  rows.append(...answer.data.flatMap((one) => rowOf(cellsOf(one)) ?? []))
  byId(`${id}-none`).hidden = rows.childElementCount > 0
  more.hidden = next === undefined
  behind[id] = () => add(id, next, cellsOf)
}

/** Nothing for a thing that this list leaves out. */
function rowOf(cells) {
  if (!cells) return undefined
  const row = document.createElement('tr')
  for (const [className, content] of Object.entries(cells)) {
    const cell = Object.assign(document.createElement('td'), { className })
    cell.append(content)
    row.append(cell)
  }
  return row
}

/** Times are the venue's, wherever this browser is; where its own are others, the page says whose they are. */
function tellTimesIn(timeZone) {
  times = new Intl.DateTimeFormat([], { ...day, timeZone })
  byId('zone').hidden = timeZone === Intl.DateTimeFormat().resolvedOptions().timeZone
  byId('zone').textContent = `Times are those of the venue (${timeZone}).`
}

const day = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: 'numeric', minute: '2-digit' }
const span = ({ startsAt, endsAt }) => times.formatRange(new Date(startsAt), new Date(endsAt))
const link = (href, text) => Object.assign(document.createElement('a'), { href, textContent: text })

function join(...nodes) {
  const both = document.createElement('span')
  nodes.forEach((node, n) => both.append(...(n > 0 ? [' ', node] : [node])))
  return both
}

const say = (text) => void (byId('message').textContent = text)

/** `next` is the address of the page behind it, of a list that has one. */
async function send(method, url, body) {
  try {
    const options = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const response = await fetch(url, { method, ...options })
    const next = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
    return { ok: response.ok, answer: await response.json(), next }
  } catch {
    return { ok: false, answer: { message: 'The box cannot be reached just now.' } }
  }
}
