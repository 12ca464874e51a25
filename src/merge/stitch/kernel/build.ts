// Makes the stitch kernel's two modules from its AssemblyScript source: `node src/merge/stitch/kernel/build.ts` writes them beside this file.
// Never runs on a box: the modules are committed, and a test builds them anew and compares.

import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { EzrecError } from '../../../base/errors.ts'
import { runChild } from '../../../base/process.ts'

/** What each module may use beyond WebAssembly's plain SIMD. */
export const moduleFiles = { 'warp.wasm': 'simd,threads', 'warp.relaxed.wasm': 'simd,threads,relaxed-simd' } as const

export type ModuleFile = keyof typeof moduleFiles

/** Writes a module into a folder: the same bytes on every machine. Errors: program_missing, internal (the source is wrong). */
export async function buildModule(file: ModuleFile, folder: string): Promise<void> {
  const compiler = fileURLToPath(import.meta.resolve('assemblyscript/bin/asc.js'))
  const { code, stderr } = await runChild(process.execPath, [
    ...[compiler, 'assembly/warp.ts', '--baseDir', import.meta.dirname, '--outFile', path.join(folder, file)],
    ...['--enable', moduleFiles[file], '--runtime', 'stub', '-O3', '--noAssert'],
    ...['--importMemory', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '16384'],
  ])
  if (code !== 0)
    throw new EzrecError('internal', `the stitch kernel cannot be built: ${stderr.trim()}`, {
      hint: 'mend assembly/warp.ts',
      facts: { file },
    })
}

if (import.meta.main) for (const file of ['warp.wasm', 'warp.relaxed.wasm'] as const) await buildModule(file, import.meta.dirname)
