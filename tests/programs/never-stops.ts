// A program that no polite signal ends, and whose child none ends either: for tests of the ladder that does.
// Never ends by itself.

import { spawn } from 'node:child_process'

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => console.error(`heard ${signal}`))
setInterval(() => {}, 1_000)
if (process.argv[2] === 'with-child') {
  const child = spawn(process.execPath, [...process.execArgv, import.meta.filename], { stdio: 'inherit' })
  console.log(`child ${child.pid}`)
}
console.log('ready')
