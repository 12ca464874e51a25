// A program named ffmpeg that starts the real one, and has the first of a kind counted or killed at its n-th write.
// Never changes what ffmpeg is asked or answers.

import { chmod, mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { runChild } from '../../src/base/process.ts'

/** Makes the program below `folder` and returns the folder to put in front of the PATH. Errors: program_missing. */
export async function makeFfmpegStandIn(folder: string): Promise<string> {
  const { stdout } = await runChild('sh', ['-c', 'command -v ffmpeg'])
  const programs = path.join(folder, 'programs')
  await mkdir(programs, { recursive: true })
  await writeFile(path.join(programs, 'ffmpeg'), script(stdout.toString('utf8').trim()))
  await chmod(path.join(programs, 'ffmpeg'), 0o755)
  return programs
}

/** `$TMPDIR/strike` holds who is killed and at which write; while `$TMPDIR/census` is there, the first of each is counted. */
const script = (ffmpeg: string): string => `#!/bin/sh
case "$*" in
  *libx264*) actor=encoder ;;
  *pipe:3*) actor=decoder ;;
  *mjpeg*) actor=poster ;;
  *) actor=verifier ;;
esac
if [ -f "$TMPDIR/strike" ] && read -r who n < "$TMPDIR/strike" && [ "$who" = "$actor" ] && mkdir "$TMPDIR/struck" 2>&-; then
  exec strace -qq -f -o "$TMPDIR/struck/trace" -e trace=write -e "inject=write:signal=SIGKILL:when=$n" ${ffmpeg} "$@"
fi
if [ -d "$TMPDIR/census" ] && mkdir "$TMPDIR/census/$actor" 2>&-; then
  exec strace -qq -f -s 0 -o "$TMPDIR/census/$actor/trace" -e trace=write ${ffmpeg} "$@"
fi
exec ${ffmpeg} "$@"
`
