// A bar below the film: where one is in it, and a small picture of each moment before one goes there.
// Never needed: the player's own controls do without it. Its pictures are told to nobody who cannot see them; its times are.

import { length } from './length.js'

/** Puts the bar behind the stage, once its list of thumbnails is there. */
export async function showMoments(stage, film, base) {
  const cues = await readCues(`${base}/thumbnails/`)
  const end = cues.at(-1)?.to
  if (end === undefined || document.getElementById('moments')) return
  const row = made('div', { id: 'moments', className: 'moments' })
  const bar = made('input', { type: 'range', min: '0', max: String(Math.floor(end)), step: '1', value: '0' })
  bar.setAttribute('aria-label', 'Go to a moment of the film')
  const picture = made('div', { className: 'moment', hidden: true })
  picture.setAttribute('aria-hidden', 'true')
  const still = made('div', {})
  const time = made('span', {})
  picture.append(still, time)
  row.append(picture, bar)
  stage.after(row)

  const say = () => bar.setAttribute('aria-valuetext', `${clock(Number(bar.value))} of ${clock(end)}`)
  const show = (seconds) => {
    const cue = cues.findLast(({ from }) => from <= seconds) ?? cues[0]
    still.style.width = `${cue.width}px`
    still.style.height = `${cue.height}px`
    still.style.background = `url("${cue.sheet}") -${cue.x}px -${cue.y}px`
    time.textContent = clock(seconds)
    picture.hidden = false
    const room = Math.max(0, row.clientWidth - picture.offsetWidth)
    picture.style.left = `${Math.min(room, Math.max(0, (seconds / end) * row.clientWidth - picture.offsetWidth / 2))}px`
  }
  const hide = () => {
    picture.hidden = true
  }
  bar.addEventListener('pointermove', ({ clientX }) => {
    const { left, width } = bar.getBoundingClientRect()
    show(Math.max(0, Math.min(end, ((clientX - left) / width) * end)))
  })
  bar.addEventListener('pointerleave', hide)
  bar.addEventListener('blur', hide)
  bar.addEventListener('change', () => matchMedia('(hover: none)').matches && hide())
  bar.addEventListener('input', () => {
    film.currentTime = Number(bar.value)
    say()
    show(Number(bar.value))
  })
  film.addEventListener('timeupdate', () => {
    if (film.seeking) return
    bar.value = String(Math.floor(film.currentTime))
    say()
  })
  say()
}

/** The cues of `thumbnails.vtt`: from and to in seconds, the sheet's address and the place in it. */
async function readCues(folder) {
  try {
    const answer = await fetch(`${folder}thumbnails.vtt`)
    return answer.ok ? cuesOf(await answer.text(), folder) : []
  } catch {
    return [] // the film plays without
  }
}

function cuesOf(text, folder) {
  const cue = /([\d:.]+) --> ([\d:.]+)\n(thumbnails-\d+\.jpg)#xywh=(\d+),(\d+),(\d+),(\d+)/g
  return [...text.matchAll(cue)].map(([, from, to, sheet, ...numbers]) => {
    const [x, y, width, height] = numbers.map(Number)
    return { from: seconds(from), to: seconds(to), sheet: folder + sheet, x, y, width, height }
  })
}

const seconds = (text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)

/** A moment that was reached. */
const clock = (at) => length(Math.floor(at))

const made = (name, properties) => Object.assign(document.createElement(name), properties)
