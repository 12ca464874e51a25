// The front page: claims a new box, signs in, and lists bookings and films.
// Never keeps a password and never puts markup together from data.

const byId = (id) => document.getElementById(id)

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
  const since = new Date(Date.now() - 30 * 86_400_000).toISOString()
  const [bookings, films] = await Promise.all([send('GET', `/bookings?limit=200&from=${since}`), send('GET', '/videos')])
  fill('bookings', bookings, (one) => [
    time(one.startsAt),
    time(one.endsAt),
    one.title ?? '',
    one.status,
    one.videoId ? link(`/videos/${one.videoId}/stream`, 'watch') : '',
  ])
  fill('films', films, (one) => [
    time(one.startsAt),
    one.title ?? '',
    `${Math.floor(one.durationSeconds / 60)}:${String(Math.round(one.durationSeconds % 60)).padStart(2, '0')}`,
    one.status,
    join(link(one.stream, 'watch'), link(`${one.stream}?download=1`, 'download')),
  ])
}

function fill(id, { ok, answer }, cellsOf) {
  if (!ok) {
    say(answer.message)
    return
  }
  byId(id).replaceChildren(
    ...answer.data.map((one) => {
      const row = document.createElement('tr')
      for (const content of cellsOf(one)) {
        const cell = document.createElement('td')
        cell.append(content)
        row.append(cell)
      }
      return row
    }),
  )
}

const time = (text) => new Date(text).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })
const link = (href, text) => Object.assign(document.createElement('a'), { href, textContent: text })

function join(...nodes) {
  const both = document.createElement('span')
  nodes.forEach((node, n) => both.append(...(n > 0 ? [' ', node] : [node])))
  return both
}

const say = (text) => void (byId('message').textContent = text)

async function send(method, url, body) {
  try {
    const options = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const response = await fetch(url, { method, ...options })
    return { ok: response.ok, answer: await response.json() }
  } catch {
    return { ok: false, answer: { message: 'The box cannot be reached just now.' } }
  }
}
