import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { run as evaluate } from '../../src/commands/evaluate.ts'
import { RUN_DEFAULTS, useScenes } from './scene.ts'

const scenes = useScenes()
const MAIN = pathToFileURL(join(import.meta.dirname, '../../cli/main.ts')).href

const CONFIG = `model: churn
predictions: { file: predictions.csv, score: score, slices: [region] }
champion: champion
gates:
  - { metric: accuracy, not_worse_than: champion, margin: 0.05 }
  - { metric: roc_auc, not_worse_than: champion, margin: 0.05 }
`

/** A file of some megabytes, of a model that is right about every `odd`th row and is not sure of the others. */
function large(odd: number, more = ''): string {
  const rows = Array.from({ length: 24_000 }, (_, row) => {
    const label = row % 2
    const score = row % odd === 0 ? label : ((row * 7919) % 1000) / 1000
    return `${'row-'.repeat(43)}${row},${label},${score},${row % 5 < 2 ? 'north' : 'south'}`
  })
  return `id,label,score,region\n${rows.join('\n')}\n${more}`
}

const BROKEN = 'last,1,much,north\n'

it.each([
  ['and gives the same bytes', large(2), large(3), 'pass'],
  [
    'and a broken file of the champion is told in the same words',
    large(3),
    large(2, BROKEN),
    'not_comparable',
  ],
  ['and a broken one of the candidate too', large(2, BROKEN), large(3, BROKEN), 'fail'],
])('evaluate reads two large files at once, %s', async (_, candidate, champion, verdict) => {
  const files = { 'assay.yml': CONFIG, '.gitignore': 'assay-result/\n', 'champion/predictions.csv': champion }
  const scene = scenes.pullRequest(files, { 'predictions.csv': candidate })
  const [thread, noted] = [join(scene.folder, '../thread.mjs'), join(scene.folder, '../threads.txt')]
  rmSync(noted, { force: true })
  writeFileSync(
    thread,
    `import { appendFileSync } from 'node:fs'\nappendFileSync(${JSON.stringify(noted)}, 'x')\nawait import(${JSON.stringify(MAIN)})\n`,
  )
  const evaluated = async () => {
    const { text, exitCode } = await evaluate(scene.context, { ...RUN_DEFAULTS })
    const folder = join(scene.folder, 'assay-result')
    const written = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(one => one.isFile())
    const bytes = written.map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'utf8')])
    return { text, exitCode, bytes }
  }

  const alone = await evaluated()
  expect(scene.result().verdict).toBe(verdict)
  scene.context.threads = { file: thread, signal: scene.context.signal }
  const beside = await evaluated()

  expect(existsSync(noted) ? readFileSync(noted, 'utf8') : '').toBe(availableParallelism() > 1 ? 'xx' : '')
  expect(beside).toEqual(alone)
})
