// What the last words of a microphone's program mean: a cause code, the fault in a sentence, and the mend.
// Pure; never guesses: what it does not know, the cameras' list may (a network camera's sound fails as its pictures do).

import { causeOf, type FailureCause } from '../drivers/failure-cause.ts'

export type SoundCauseCode =
  | 'microphone-busy'
  | 'microphone-absent'
  | 'microphone-permission'
  | 'microphone-gone'
  | 'sound-format-refused'
  | 'sound-missing'
  | 'alsa-missing'

export type SoundCause = Omit<FailureCause, 'code'> & { readonly code: SoundCauseCode | FailureCause['code'] }

/** The cause told by the end of the program's standard error. */
export function soundCauseOf(stderrTail: string): SoundCause {
  const known = causes.find(({ words }) => words.test(stderrTail))
  if (known) return { code: known.code, fault: known.fault, mend: known.mend, permanent: known.permanent ?? false }
  const other = causeOf(stderrTail)
  return other.code === 'unknown' ? { ...other, mend: 'look at the microphone and its plug; arecord -L lists what ALSA knows' } : other
}

type Known = {
  readonly words: RegExp
  readonly code: SoundCauseCode
  readonly fault: string
  readonly mend: string
  readonly permanent?: true
}

/** In this order. Words: FFmpeg libavdevice/alsa.c and fftools, alsa-lib src/error.c and the C library's strerror. */
const causes: readonly Known[] = [
  {
    words: /cannot open audio device .*\(Device or resource busy\)/,
    code: 'microphone-busy',
    fault: 'another program has the microphone',
    mend: 'end the other program; fuser -v /dev/snd/* names it. A sound server such as PulseAudio holds devices: take its name (alsa:default), or disable it for this user',
  },
  {
    words: /cannot open audio device .*\(Permission denied\)|\/dev\/snd\S*.*Permission denied/,
    code: 'microphone-permission',
    fault: 'this user may not open the microphone',
    mend: 'add the user of the service to the group audio, then start it again',
    permanent: true,
  },
  {
    words: /cannot open audio device .*\(No such (file or directory|device)\)|Unknown PCM|cannot find card/,
    code: 'microphone-absent',
    fault: 'there is no microphone of that name',
    mend: 'look at its plug; arecord -L lists the names, one of them belongs behind SOUND=alsa:',
  },
  {
    words: /ALSA read error: |cannot recover from (underrun|overrun)|File descriptor in bad state/,
    code: 'microphone-gone',
    fault: 'the microphone was unplugged or reset itself',
    mend: 'look at its plug and at a powered hub; it is started again when it is back',
  },
  {
    words:
      /cannot set (channel count|sample rate|access type|parameters)|cannot initialize hardware parameter|sample format 0x\w+ is not supported/,
    code: 'sound-format-refused',
    fault: 'the device does not give 48 kHz sound in one channel',
    mend: 'take its name with conversion: SOUND=alsa:plughw:CARD=...,DEV=0',
    permanent: true,
  },
  {
    words: /Stream map '0:a:0' matches no streams|does not contain any stream/,
    code: 'sound-missing',
    fault: 'it carries no sound',
    mend: 'switch the microphone on in the camera, or name another source of sound',
    permanent: true,
  },
  {
    words: /Unknown input format: '?alsa/,
    code: 'alsa-missing',
    fault: 'this ffmpeg knows no ALSA',
    mend: "install Debian's own package: apt install ffmpeg",
    permanent: true,
  },
]
