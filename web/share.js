// Follows the state of a shared recording and changes the page in place: waiting, live, then the film.
// Never reloads the page and never touches a film that is playing.

import { length } from './length.js'

const main = document.querySelector('main[data-base]')
if (main) void follow(main)

async function follow(main) {
  const base = main.dataset.base
  const stage = document.getElementById('stage')
  const sentence = document.getElementById('sentence')
  const words = { scheduled: 'Soon', live: 'Live', finishing: 'Nearly ready', ready: 'Film', unavailable: 'No film' }
  let live
  let failures = 0
  if (main.dataset.phase === 'ready') void moments(main.dataset.thumbnails === 'yes')
  while (main.dataset.phase !== 'ready') {
    const state = await ask(`${base}/state`)
    if (state === 'gone') return location.reload()
    if (state === undefined) {
      failures += 1
      if (failures === 3) say('This page cannot reach the box just now. It goes on trying.')
    } else {
      failures = 0
      show(state)
      if (state.phase === 'ready') return
    }
    await new Promise((resolve) => setTimeout(resolve, main.dataset.phase === 'unavailable' ? 30_000 : 3_000))
  }

  function show(state) {
    if (main.dataset.phase !== state.phase) {
      main.dataset.phase = state.phase
      document.getElementById('phase').textContent = words[state.phase]
    }
    if (state.phase === 'ready') return showFilm(state)
    if (state.canPlayLive && !live) {
      live = canPlayHls() ? player(`${base}/live/index.m3u8`, 'The match, live') : undefined
      if (live) {
        live.muted = true
        live.autoplay = true
        stage.replaceChildren(live)
      }
    }
    const noLive = state.canPlayLive && !live
    say(noLive ? 'The match is on. This browser shows the film after the match.' : state.sentence)
  }

  function showFilm(state) {
    stage.dataset.ratio = state.width / state.height < 2.4 ? 'wide' : 'twin'
    const film = player(`${base}/film`, `Film of ${state.title}, ${state.when}`)
    film.poster = `${base}/poster`
    film.preload = 'metadata'
    const wasWatching = live && !live.paused && !live.ended ? live.currentTime : undefined
    if (wasWatching !== undefined) {
      film.muted = live.muted
      film.addEventListener(
        'loadedmetadata',
        () => {
          film.currentTime = Math.min(wasWatching, film.duration)
          film.play().catch(() => undefined)
        },
        { once: true },
      )
    }
    stage.replaceChildren(film)
    say(state.sentence)
    document.getElementById('facts').replaceChildren(...facts(state))
    void moments(state.thumbnails)
  }

  /** The thumbnails come a moment after the film. */
  async function moments(areThere) {
    for (let tries = 0; !areThere && tries < 10; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 2_000))
      areThere = (await ask(`${base}/state`))?.thumbnails === true
    }
    if (!areThere) return
    const { showMoments } = await import('/static/moments.js')
    await showMoments(stage, document.getElementById('player'), base)
  }

  function facts(state) {
    const link = element('a', { className: 'button', href: `${base}/film?download=1`, download: '' }, 'Download')
    link.append(element('span', { className: 'size' }, size(state.bytes)))
    const links = [link]
    if (state.rendition) {
      const lesser = element('a', { className: 'button lesser', href: `${base}/rendition?download=1`, download: '' }, 'Smaller version')
      lesser.append(element('span', { className: 'size' }, size(state.rendition.bytes)))
      links.push(lesser)
    }
    const list = element('dl', {})
    for (const [name, value] of [
      ['Length', length(state.durationSeconds)],
      ['Picture', `${state.width} x ${state.height}`],
      ...(state.sound === 'none' ? [['Sound', 'no sound']] : state.sound === 'silent' ? [['Sound', 'silent']] : []),
      ...(state.loudnessLufs === null ? [] : [['Loudness', `${state.loudnessLufs.toFixed(1)} LUFS`]]),
    ]) {
      const row = element('div', {})
      row.append(element('dt', {}, name), element('dd', {}, value))
      list.append(row)
    }
    const drawn = state.drawn.map((told) => element('p', { className: 'note' }, told))
    if (!state.partial && state.gaps.length + state.suspicions.length === 0) return [...links, list, ...drawn]
    const section = element('section', { className: 'gaps' })
    const missing = state.partial && state.gaps.length === 0 ? ['A part of this recording is missing.'] : state.gaps
    const told = [...missing, ...state.suspicions]
    const items = element('ul', {})
    items.append(...told.map((gap) => element('li', {}, gap)))
    section.append(element('h2', {}, 'Not everything was seen'), items)
    return [...links, list, ...drawn, section]
  }

  function say(text) {
    if (sentence.textContent !== text) sentence.textContent = text
  }
}

function player(src, label) {
  const video = element('video', { controls: true, playsInline: true, src })
  video.id = 'player'
  video.setAttribute('aria-label', label)
  return video
}

const canPlayHls = () => document.createElement('video').canPlayType('application/vnd.apple.mpegurl') !== ''

async function ask(url) {
  try {
    const answer = await fetch(url, { cache: 'no-store' })
    if (answer.status === 404 || answer.status === 401) return 'gone'
    return answer.ok ? (await answer.json()).data : undefined
  } catch {
    return undefined
  }
}

function element(name, properties, text) {
  const made = Object.assign(document.createElement(name), properties)
  if (text !== undefined) made.textContent = text
  return made
}

function size(bytes) {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`
}
