// What a lockfile must be so that `npm ci` gives the same on every machine, of either processor.
// Never asks a registry.

import { z } from 'zod'

const packageSchema = z.object({
  version: z.string().optional(),
  integrity: z.string().optional(),
  resolved: z.string().optional(),
  link: z.boolean().optional(),
  inBundle: z.boolean().optional(),
  hasInstallScript: z.boolean().optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
  optionalDependencies: z.record(z.string(), z.string()).default({}),
})

export const lockfileSchema = z.object({ lockfileVersion: z.literal(3), packages: z.record(z.string(), packageSchema) })

export type Lockfile = z.infer<typeof lockfileSchema>

/** Sentences about what is wrong; none when it is sound. */
export function lockfileFaults({ packages }: Lockfile): string[] {
  const faults: string[] = []
  for (const [place, found] of Object.entries(packages)) {
    if (found.resolved !== undefined && /^[a-z+]+:/.test(found.resolved)) faults.push(`${place} names a host`)
    if (place !== '' && found.link !== true && found.inBundle !== true && found.integrity === undefined)
      faults.push(`${place} has no integrity hash`)
    if (found.hasInstallScript === true) faults.push(`${place} wants to run a script when it is installed`)
    // optional ones count: those are the programs for the other processor
    for (const name of Object.keys({ ...found.dependencies, ...found.devDependencies, ...found.optionalDependencies }))
      if (!resolves(packages, place, name)) faults.push(`${place || 'the project'} needs ${name}, which is not in the lockfile`)
  }
  return faults
}

/** As Node looks for packages: in the package's own node_modules, then outwards. */
function resolves(packages: Lockfile['packages'], place: string, name: string): boolean {
  let folder = place
  for (;;) {
    if (`${folder === '' ? '' : `${folder}/`}node_modules/${name}` in packages) return true
    if (folder === '') return false
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))
  }
}
