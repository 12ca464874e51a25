// The PIN of a booking, made on the front page: first says what it ends, then shows it once.
// Never keeps it: it leaves the page with its window.

const byId = (id) => document.getElementById(id)

/** A button that opens the window; `when` is the booking's time in words. */
export function pinButton({ id, title }, when, send) {
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'plain', textContent: 'PIN' })
  button.setAttribute('aria-label', `PIN of ${title ?? 'no title'}, ${when}`)
  button.addEventListener('click', () => ask(id, `${title ?? 'no title'}, ${when}`, send))
  return button
}

function ask(bookingId, booking, send) {
  const make = byId('pin-make')
  byId('pin-of').textContent = booking
  byId('pin-told').textContent = 'With its PIN the people on the court save moments, extend and stop this match. A PIN made before ends.'
  byId('pin-made').textContent = ''
  make.hidden = false
  make.onclick = async () => {
    make.disabled = true
    const { ok, answer } = await send('POST', `/bookings/${bookingId}/pin`)
    make.disabled = false
    make.hidden = ok
    byId('pin-made').textContent = ok ? answer.data.pin : ''
    byId('pin-told').textContent = ok ? `Pass it on now, it is not shown again. It is entered at ${answer.data.url}` : answer.message
  }
  byId('pin-close').onclick = () => byId('pin').close()
  byId('pin').onclose = () => (byId('pin-made').textContent = '')
  byId('pin').showModal()
}
