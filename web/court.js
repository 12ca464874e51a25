// The page for phones on the court: enters a PIN, saves the last seconds, moves the end, and follows what becomes of it.
// Never keeps the PIN, and never stops a match by a single touch.

const byId = (id) => document.getElementById(id)
/** The message is of a look that failed: it ends with the next one that does not. */
let failedToLook = false
let sureUntil = 0
let drawn = ''
/** As this phone shows it: more time is asked for from there, so that two phones that are touched at once extend once. */
let seenEndsAt
/** What was sent and not answered as done, by button: touched again soon it is the same wish, which the box does once. */
const unanswered = {}
const sameWishMs = 60_000

byId('enter').addEventListener('submit', async (event) => {
  event.preventDefault()
  const { ok, answer } = await send('POST', '/court/enter', Object.fromEntries(new FormData(event.target)))
  event.target.reset()
  say(ok ? '' : answer.message)
  if (ok) await show()
})

for (const [id, path, bodyNow] of [
  ['save', '/court/clip', () => ({})],
  ['extend', '/court/extend', () => ({ minutes: 15, seenEndsAt })],
  ['stop', '/court/stop', () => ({})],
])
  byId(id).addEventListener('click', async () => {
    if (id === 'stop' && Date.now() > sureUntil) {
      sureUntil = Date.now() + 5_000
      byId('stop').textContent = 'Touch again to stop now'
      setTimeout(() => (byId('stop').textContent = 'Stop now'), 5_000)
      return
    }
    byId(id).disabled = true
    const wish =
      unanswered[id]?.untilMs > Date.now() ? unanswered[id] : { key: newKey(), body: bodyNow(), untilMs: Date.now() + sameWishMs }
    unanswered[id] = wish
    const { ok, answer } = await send('POST', path, wish.body, { 'idempotency-key': wish.key })
    if (ok || answer.details?.endsAt) delete unanswered[id] // the end was moved: more is wished from the new one
    say(answer.message, ok)
    byId(id).disabled = false
    await show()
  })

if (byId('enter').hidden) void show()
setInterval(() => void (byId('enter').hidden && show()), 3_000)

function say(text, isDone = false) {
  failedToLook = false
  byId('message').classList.toggle('done', isDone)
  byId('message').textContent = text
}

async function show() {
  const { ok, status, answer } = await send('GET', '/court/state')
  if (!ok && status !== 404) {
    say(answer.message)
    failedToLook = true
    return
  }
  if (failedToLook) say('')
  byId('enter').hidden = ok
  byId('inside').hidden = !ok
  if (!ok) return
  const { title, phase, ends, endsAt, clips } = answer.data
  seenEndsAt = endsAt
  byId('title').textContent = title
  byId('when').textContent =
    phase === 'over' ? 'The match is over.' : phase === 'live' ? `Recording until ${ends}.` : `Starts soon, until ${ends}.`
  for (const id of ['save', 'stop']) byId(id).disabled = phase !== 'live'
  byId('extend').disabled = phase === 'over'
  const words = { pending: 'is being made', made: 'is kept', failed: 'could not be made' }
  if (JSON.stringify(clips) === drawn) return // a button that is replaced under a finger is not pressed
  drawn = JSON.stringify(clips)
  byId('clips').replaceChildren(
    ...clips.map((clip) => {
      const line = Object.assign(document.createElement('li'), { textContent: `Clip of ${clip.at} ${words[clip.state]}` })
      if (clip.state === 'made') for (const shape of ['9:16', '16:9']) line.append(phoneLine(clip, shape))
      return line
    }),
  )
}

/** A clip small enough for a messenger: to be asked for, under way, or there. */
function phoneLine(clip, shape) {
  const name = shape === '9:16' ? 'Upright video' : 'Wide video'
  const made = clip.phone.find((each) => each.shape === shape && each.state !== 'failed')
  if (made?.file) return Object.assign(document.createElement('a'), { href: made.file, textContent: `Download: ${name.toLowerCase()}` })
  if (made) {
    const share = made.progress > 0 ? `${Math.round(made.progress * 100)} %` : 'waits until nothing is recorded'
    return Object.assign(document.createElement('span'), { textContent: `${name}: ${share}` })
  }
  const button = Object.assign(document.createElement('button'), {
    type: 'button',
    className: 'lesser',
    textContent: `${name} for messengers`,
  })
  button.addEventListener('click', async () => {
    button.disabled = true
    const { ok, answer } = await send('POST', '/court/phone-clip', { clip: clip.id, shape })
    say(answer.message, ok)
    await show()
  })
  return button
}

/** `crypto.randomUUID` is not there over plain HTTP. */
const newKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

async function send(method, url, body, headers = {}) {
  try {
    const options = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } }
    const response = await fetch(url, { method, cache: 'no-store', ...options })
    return { ok: response.ok, status: response.status, answer: await response.json() }
  } catch {
    return { ok: false, status: 0, answer: { message: 'The box cannot be reached just now.' } }
  }
}
