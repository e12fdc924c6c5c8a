import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { starterCi } from '../../src/ci/starter.ts'
import { bad, baseFiles } from '../commands/scene.ts'
import { createRepository, testFolder } from '../support/git-repository.ts'
import { readJunit } from '../support/junit.ts'
import { FROM_SOURCE, MISSING, mergeRequest, PROJECT, runPipeline } from './pipeline.ts'

const { folder, remove } = testFolder()
afterAll(remove)

describe.skipIf(MISSING)(`the .gitlab-ci.yml of assay init${MISSING}`, { timeout: 240_000 }, () => {
  it('runs as it is written, but for where Assay and its template come from', async () => {
    const { path, text } = starterCi('gitlab')
    const repository = createRepository(join(folder, 'project'))
    repository.git('remote', 'add', 'origin', `https://gitlab.example/${PROJECT}.git`)
    const [template] = /https:\S+\/run\.yml/.exec(text)!
    const base = repository.commit('base', {
      ...baseFiles(),
      [path]: fromHere(text),
      // Where the runner keeps what it has fetched: no network is asked.
      [`.gitlab-ci-local/includes/${template.replace('https://', '')}`]: readFileSync(
        'gitlab-component/templates/run.yml',
        'utf8',
      ),
    })
    const head = repository.commit('change', { 'candidate.csv': bad })

    const { exitCode, log, artifact } = await runPipeline(repository, mergeRequest({ iid: 7, base, head }))

    expect(log).toContain('churn: fail')
    expect(exitCode).toBe(1)
    expect(readJunit(artifact('assay', 'assay-result/junit.xml')).map(one => one.ending)).toEqual(['failure'])
  })

  it('is what the quick start shows', () => {
    const [, shown] = /^ {3}```yaml\n([\s\S]*?)^ {3}```$/m.exec(readFileSync('docs/gitlab.md', 'utf8'))!

    expect(parse(shown!)).toEqual(parse(starterCi('gitlab').text))
  })

  it('shows in its comment how to install what is missing, in YAML that works', () => {
    const { text } = starterCi('gitlab')

    const [, commented] = /lacks:\n((?:# .*\n)+)/.exec(text)!

    expect(parse(commented!.replaceAll(/^# /gm, ''))).toEqual({
      assay: { before_script: ['pip install -r requirements.txt'] },
    })
  })
})

// --- internal ---

function fromHere(text: string): string {
  const file = parse(text) as { include: { inputs: Record<string, unknown> }[] }
  file.include[0]!.inputs['assay-command'] = FROM_SOURCE
  return stringify(file)
}
