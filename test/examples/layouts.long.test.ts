import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { testFolder } from '../support/git-repository.ts'
import { missing } from '../support/tools.ts'
import { LAYOUTS, type Layout, type Rendering } from './layouts.ts'
import { type PlacedRelease, promotedInto, releasesFor } from './promoted-layout.ts'

const { folder, remove } = testFolder()
afterAll(remove)
const why = missing('kustomize', 'version') || missing('helm', 'version')

const SAYS = {
  digest: ({ image }: PlacedRelease['to']) => `@${image!.digest}`,
  tag: ({ image }: PlacedRelease['to']) => `:${image!.tag}`,
  uri: ({ uri }: PlacedRelease['to']) => uri!,
  path: ({ uri }: PlacedRelease['to']) => `path: ${uri!.replace('s3://models/', '')}`,
  threshold: ({ parameters }: PlacedRelease['to']) => String(parameters!.threshold),
}

describe.skipIf(why)('what the real programs make of it', () => {
  it.each(LAYOUTS)('$name', layout => {
    const at = join(folder, layout.name.replaceAll(' ', '-'))
    const releases = releasesFor(layout, 1)
    write(at, here(layout, new Map(Object.entries(layout.files))))
    const wanted = (layout.says ?? ['digest']).map(part => SAYS[part])
    const rendered = () =>
      releases.map(({ model, environment }) => render(at, layout.render(model, environment)))
    const before = rendered()
    expect(releases.filter(({ to }, nth) => wanted.some(part => before[nth]!.includes(part(to))))).toEqual([])

    write(at, here(layout, promotedInto(layout, new Map(Object.entries(layout.files)), releases)))

    const after = rendered()
    for (const [nth, { to }] of releases.entries())
      for (const part of wanted) expect(after[nth]).toContain(part(to))
  })
})

function here({ remote }: Layout, files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  if (!remote) return files
  return new Map([...files].map(([path, text]) => [path, text.replaceAll(remote.address, remote.folder)]))
}

function write(at: string, files: ReadonlyMap<string, string>): void {
  for (const [path, text] of files) {
    mkdirSync(join(at, dirname(path)), { recursive: true })
    writeFileSync(join(at, path), text)
  }
}

function render(at: string, how: Rendering): string {
  const run = (program: string, parameters: string[]) =>
    execFileSync(program, parameters, { cwd: at, encoding: 'utf8' })
  if (how.tool === 'kustomize') return run('kustomize', ['build', how.folder])
  const template = ['template', 'churn', how.chart]
  if (how.tool === 'helm')
    return run('helm', [
      ...template,
      ...(how.values === undefined ? [] : ['-f', how.values]),
      ...(how.tagFile === undefined ? [] : ['--set-file', `image.tag=${how.tagFile}`]),
    ])
  const { spec } = parse(readFileSync(join(at, how.release), 'utf8'))
  writeFileSync(join(at, 'flux-values.yaml'), stringify(spec.values))
  return run('helm', [...template, '-f', 'flux-values.yaml'])
}
