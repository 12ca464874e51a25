// The shell lines of the guides: those that `lab install` types as they stand, and those that are run elsewhere.
// Never runs one.

import { readFile } from 'node:fs/promises'
import path from 'node:path'

const guides = path.resolve(import.meta.dirname, '..', '..', 'docs', 'guide')
const pages = ['install.md', 'operate.md', 'troubleshoot.md', 'hardware.md']

/** What is typed by hand into an editor, undoes the installation, is done by another point, or wants a camera in this machine. */
const notForAProgram = /nano|stop ezrec\.target|git clone|^cd |deployment\.sh|booking add|v4l2-ctl|\/dev\/video/

export type GuideLines = { readonly typed: readonly string[]; readonly elsewhere: readonly string[] }

/** Of blocks, and of the tables that say what to type. */
export async function readGuideLines(): Promise<GuideLines> {
  const texts = await Promise.all(pages.map((name) => readFile(path.join(guides, name), 'utf8')))
  const blocks = texts.flatMap((text) => [...text.matchAll(/```sh\n([^]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n')))
  const cells = texts.flatMap((text) => [...text.matchAll(/^\| [^|]+ \| `(sudo [^`]+|systemctl [^`]+)`/gm)].map(([, line = '']) => line))
  const lines = [...new Set([...blocks, ...cells])]
  return { typed: lines.filter((line) => !notForAProgram.test(line)), elsewhere: lines.filter((line) => notForAProgram.test(line)) }
}
