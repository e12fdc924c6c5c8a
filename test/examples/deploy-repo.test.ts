import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { TARGETS } from '../../src/targets/index.ts'
import { schemaProblems } from '../support/manifest-schemas.ts'
import { missing } from '../support/tools.ts'
import { PROMOTIONS, type Promotion } from '../targets/promotions.ts'

const REPO = 'examples/deploy-repo'
const copy = mkdtempSync(join(tmpdir(), 'deploy-repo-'))
afterAll(() => rmSync(copy, { recursive: true, force: true }))

describe('promoting into examples/deploy-repo', () => {
  it('has every target in it', () => {
    expect([...new Set(PROMOTIONS.map(one => one.target))].toSorted()).toEqual(Object.keys(TARGETS))
  })

  it.each(PROMOTIONS)('$model, $environment, $target: changes $lines lines', one => {
    const { before, after } = promoted(one)

    const old = new Set(before.split('\n'))
    const changed = after.split('\n').filter(line => !old.has(line))
    expect(changed).toHaveLength(one.lines)
    expect(parseAllDocuments(after).flatMap(document => document.errors)).toEqual([])
  })

  it.each(PROMOTIONS)('$model, $environment, $target: what is written fits its schema', one => {
    const { after } = promoted(one)

    expect(schemaProblems(after)).toEqual([])
  })

  it('knows a manifest that does not fit its schema', () => {
    const { after } = promoted(PROMOTIONS.find(one => one.target === 'istio')!)

    const wrong = after.replace('weight: 95', 'weight: "95"')

    expect(schemaProblems(wrong)).not.toEqual([])
  })
})

describe('real renderers', () => {
  describe.each([
    { target: 'kustomize', tool: 'kustomize' },
    { target: 'helm-values', tool: 'helm' },
  ])('$tool', ({ target, tool }) => {
    const why = missing(tool, 'version')

    it.skipIf(why).each(PROMOTIONS.filter(one => one.target === target))(
      `accepts $model in $environment${why ? ` (skipped: ${why})` : ''}`,
      one => {
        const { after, file } = promoted(one)
        cpSync(REPO, copy, { recursive: true })
        writeFileSync(join(copy, folderOf(one), file), after)

        const rendered = tool === 'helm' ? helm(one) : run('kustomize', ['build', join(copy, folderOf(one))])

        const { image, uri } = one.release
        expect(rendered).toContain(`@${image!.digest}`)
        expect(rendered).toContain(`MODEL_URI`)
        expect(rendered).toContain(uri)
        expect(parseAllDocuments(rendered).flatMap(document => document.errors)).toEqual([])
      },
    )
  })
})

function promoted(one: Promotion): { before: string; after: string; file: string } {
  const target = TARGETS[one.target]!
  const [file] = target.needs(one.options) as [string]
  const before = readFileSync(join(REPO, folderOf(one), file), 'utf8')
  const after = target.edit(new Map([[file, before]]), one.release, one.options).get(file)
  return { before, after: after ?? before, file }
}

function folderOf({ model, environment }: Promotion): string {
  return `apps/${model}/overlays/${environment}`
}

function helm(one: Promotion): string {
  const chart = join(copy, `apps/${one.model}/chart`)
  return run('helm', ['template', one.model, chart, '--values', join(copy, folderOf(one), 'values.yaml')])
}

function run(tool: string, args: string[]): string {
  return execFileSync(tool, args, { encoding: 'utf8', env: { PATH: process.env.PATH, HOME: copy } })
}
