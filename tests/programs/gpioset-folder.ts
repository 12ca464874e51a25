// A folder that, first in the PATH, makes a stand-in of gpioset (and of version 1's gpiofind) the one that programs find. It holds a line until it
// is ended, gives it up however it ends, and the line keeps its value then, as on a Raspberry Pi's kernel.
// Never changes the PATH of this process.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

export type FakeGpio = {
  /** The PATH to give to a child. */
  readonly path: string
  /** What the line was told, one after the other. */
  told(): readonly string[]
  /** What a command that takes the line and holds it would be, for somebody else who does. */
  readonly takeLine: readonly string[]
}

/** One line, GPIO17: number 17 of gpiochip0. */
export function installGpioset(folder: string, version: 1 | 2): FakeGpio {
  mkdirSync(folder, { recursive: true })
  const toldFile = path.join(folder, 'told')
  writeFileSync(toldFile, '')
  const hold = (busy: string): string[] => [
    `exec 9>'${path.join(folder, 'line')}'`,
    `flock -n 9 || { echo '${busy}' >&2; exit 1; }`,
    `echo "$value" >>'${toldFile}'`,
    'exec sleep infinity',
  ]
  const scripts = {
    1: [
      `[ "$*" = --version ] && { echo 'gpioset (libgpiod) v1.6.3'; exit 0; }`,
      'case "$*" in',
      "  '--mode=signal gpiochip0 17='[01]) value=${3#*=} ;;",
      "  'gpiochip0 17='[01]) exit 0 ;;",
      "  *) echo 'gpioset: error setting the GPIO line values: No such file or directory' >&2; exit 1 ;;",
      'esac',
      ...hold('gpioset: error setting the GPIO line values: Device or resource busy'),
    ],
    2: [
      `[ "$*" = --version ] && { echo 'gpioset (libgpiod) v2.2.1'; exit 0; }`,
      'for last; do :; done',
      'case "$*" in *--mode*) echo "gpioset: unrecognized option \'--mode=signal\'" >&2; exit 1 ;; esac',
      'case "$last" in',
      '  GPIO17=[01] | 17=[01]) value=${last#*=} ;;',
      '  *) echo "gpioset: cannot find line \'${last%=*}\'" >&2; exit 1 ;;',
      'esac',
      ...hold("gpioset: unable to request lines on chip '/dev/gpiochip0': Device or resource busy"),
    ],
  }
  write(folder, 'gpioset', scripts[version])
  if (version === 1) write(folder, 'gpiofind', ['[ "$1" = GPIO17 ] || exit 1', 'echo gpiochip0 17'])
  else
    write(folder, 'gpioinfo', [
      'for last; do :; done',
      `case $last in GPIO17 | 17) exit 0 ;; esac`,
      `echo "gpioinfo: cannot find line '$last'" >&2; exit 1`,
    ])
  return {
    path: `${folder}:${process.env['PATH']}`,
    told: () => readFileSync(toldFile, 'utf8').split('\n').filter(Boolean),
    takeLine: ['flock', path.join(folder, 'line'), 'sleep', 'infinity'],
  }
}

const write = (folder: string, name: string, lines: readonly string[]): void =>
  writeFileSync(path.join(folder, name), `#!/bin/sh\n${lines.join('\n')}\n`, { mode: 0o755 })
