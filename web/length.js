// How long something of a film is, as every page says it.
// Never knows a page.

/** `1:30:00` or `2:05`, to the nearest second. */
export function length(seconds) {
  const whole = Math.round(seconds)
  const pad = (n) => String(n).padStart(2, '0')
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`
}
