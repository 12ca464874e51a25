import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { anchorsOf, relativeLinks } from './links.ts'
import { root } from './source-files.ts'

const pages = globSync('**/*.md', { cwd: root, exclude: ['**/node_modules/**', '.ezrec/**', '.ezrec-*/**'] })

/** Why the link leads nowhere, or nothing. */
function faultOf(page: string, link: string): string | undefined {
  const [target = '', anchor] = decodeURI(link).split('#')
  const file = target === '' ? page : path.join(target.startsWith('/') ? '' : path.dirname(page), target)
  if (!existsSync(path.join(root, file))) return `${page}: ${link} does not exist`
  if (anchor === undefined || !file.endsWith('.md')) return undefined
  return anchorsOf(readFileSync(path.join(root, file), 'utf8')).includes(anchor) ? undefined : `${page}: ${link} has no such heading`
}

test('every link within the documents leads somewhere', () => {
  const faults = pages.flatMap((page) =>
    relativeLinks(readFileSync(path.join(root, page), 'utf8'))
      .map((link) => faultOf(page, link))
      .filter((fault) => fault !== undefined),
  )
  assert.deepEqual(faults, [])
})

test('links are found in prose, images, references and HTML, and not in code or on other hosts', () => {
  const page = [
    '[a](a.md) ![b](img/b.png "title") [c](#part-one)',
    '`[no](no.md)` [far](https://example.org/x.md) [mail](mailto:a@example.org)',
    '```',
    '[no](no.md)',
    '```',
    '[ref]: d.md',
    '<img src="e.png">',
  ].join('\n')
  assert.deepEqual(relativeLinks(page).toSorted(), ['#part-one', 'a.md', 'd.md', 'e.png', 'img/b.png'])
})

test('an anchor is the heading in lower case, without punctuation, numbered when it repeats', () => {
  assert.deepEqual(anchorsOf('# Part one\n## `ezrec demo`: a film\n## Part one\n```\n# not a heading\n```'), [
    'part-one',
    'ezrec-demo-a-film',
    'part-one-1',
  ])
})

test('a link to nothing is told', () => {
  assert.match(faultOf('README.md', 'no-such-file.md') ?? '', /does not exist/)
})
