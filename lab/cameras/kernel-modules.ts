// Which of a kernel's modules must be loaded, in which order, for the ones that are wanted.
// Pure: what a module says of itself is read from its bytes; nothing of depmod's is needed.

import { EzrecError } from '../../src/base/errors.ts'

/** What a module's own bytes say it depends on, under plain names. Source: Linux, include/linux/module.h: `.modinfo` holds `depends=a,b`. */
export function dependsOf(module: Buffer): string[] {
  const at = module.indexOf('\0depends=', 0, 'latin1')
  if (at === -1) return []
  const from = at + '\0depends='.length
  return module
    .toString('latin1', from, module.indexOf(0, from))
    .split(',')
    .filter((name) => name !== '')
    .map(plainName)
}

/** `kernel/fs/9p/9p.ko.xz` is `9p`; a dash and an underscore are the same. */
export const plainName = (file: string): string =>
  file
    .replace(/^.*\//, '')
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_')

/** The wanted modules and all they stand on, each after its own. Those in `builtIn` need no loading. Errors: `invalid`, this kernel has no such module. */
export function loadOrder(
  wanted: readonly string[],
  kernel: { readonly builtIn: ReadonlySet<string>; readonly depends: (name: string) => readonly string[] | undefined },
): string[] {
  const order: string[] = []
  const visit = (name: string): void => {
    if (order.includes(name) || kernel.builtIn.has(name)) return
    const depends = kernel.depends(name)
    if (depends === undefined)
      throw new EzrecError('invalid', `this kernel has no module ${name}`, {
        hint: 'take the ordinary kernel of Debian, not the one for clouds',
      })
    for (const each of depends) visit(each)
    if (!order.includes(name)) order.push(name)
  }
  for (const name of wanted) visit(plainName(name))
  return order
}
