// The PIN of a booking, made on the front page: first says what it ends, then shows it once.
// Never keeps it: it leaves the page with its window.

const byId = (id) => document.getElementById(id)
/** Makes the PIN that the window is open for. */
let make

/** A button that opens the window; `when` is the booking's time in words. */
export function pinButton({ id, title }, when, send) {
  const booking = `${title ?? 'no title'}, ${when}`
  const button = Object.assign(document.createElement('button'), { type: 'button', className: 'plain', textContent: 'PIN' })
  button.setAttribute('aria-label', `PIN of ${booking}`)
  button.addEventListener('click', () => {
    make = () => send('POST', `/bookings/${id}/pin`)
    byId('pin-of').textContent = booking
    byId('pin-told').textContent = 'With its PIN the people on the court save moments, extend and stop this match. A PIN made before ends.'
    byId('pin-made').textContent = ''
    byId('pin-make').hidden = false
    byId('pin').showModal()
  })
  return button
}

byId('pin-make').addEventListener('click', async () => {
  byId('pin-make').disabled = true
  const asked = make
  const { ok, answer } = await asked()
  byId('pin-make').disabled = false
  if (asked !== make || !byId('pin').open) return // it must not stand under another booking
  byId('pin-make').hidden = ok
  byId('pin-made').textContent = ok ? answer.data.pin : ''
  byId('pin-told').textContent = ok ? `Pass it on now, it is not shown again. It is entered at ${answer.data.url}` : answer.message
})
byId('pin-close').addEventListener('click', () => byId('pin').close())
byId('pin').addEventListener('close', () => (byId('pin-made').textContent = ''))
