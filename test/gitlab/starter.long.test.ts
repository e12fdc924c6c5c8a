import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, stringify } from 'yaml'
import { starterCi } from '../../src/ci/starter.ts'
import { starterDrift } from '../../src/ci/starter-drift.ts'
import { renderProfile } from '../../src/core/traffic/profile/profile-file.ts'
import { bad, baseFiles } from '../commands/scene.ts'
import { PROFILE } from '../core/traffic/drift/profiles.ts'
import { createRepository, testFolder } from '../support/git-repository.ts'
import { readJunit } from '../support/junit.ts'
import { fromHere, MISSING, mergeRequest, PROJECT, runPipeline } from './pipeline.ts'

const { folder, remove } = testFolder()
afterAll(remove)

describe.skipIf(MISSING)(`the .gitlab-ci.yml of assay init${MISSING}`, () => {
  it('runs as it is written, but for where Assay and its template come from', async () => {
    const { path, text } = starterCi('gitlab')
    const repository = createRepository(join(folder, 'project'))
    repository.git('remote', 'add', 'origin', `https://gitlab.example/${PROJECT}.git`)
    const here = fromHere(text)
    const base = repository.commit('base', { ...baseFiles(), [path]: here.text, ...here.templates })
    const head = repository.commit('change', { 'candidate.csv': bad })

    const { exitCode, log, artifact } = await runPipeline(repository, mergeRequest({ iid: 7, base, head }))

    expect(log).toContain('churn: fail')
    expect(exitCode).toBe(1)
    expect(readJunit(artifact('assay', 'assay-result/junit.xml')).map(one => one.ending)).toEqual(['failure'])
  })

  it('has a schedule beside it that runs alone, but for where Assay, its templates and what serves come from', async () => {
    const subject = { model: 'churn', deploy: 'ml/deploy' }
    const [main, drift] = [starterCi('gitlab'), starterDrift('gitlab', [subject])]
    const deploy = createRepository(join(folder, 'deploy'))
    const profile = 'environments/production/churn/model-profile.yaml'
    deploy.commit('serves', { [profile]: renderProfile(PROFILE) })
    const repository = createRepository(join(folder, 'scheduled'))
    repository.git('remote', 'add', 'origin', `https://gitlab.example/${PROJECT}.git`)
    const rows = Array.from({ length: 1400 }, (_, row) =>
      [(row % 10) + 0.5, (Math.floor(row / 7) % 10) / 2 + 5, row % 10 < 3 ? 'pro' : 'basic'].join(','),
    )
    const schedule = drift.text
      .replace(/"https:\/\/gitlab-ci-token\S+"/, deploy.folder)
      .replace('./recent-rows.sh recent.parquet', 'cp rows.csv recent.csv')
      .replace('recent.parquet', 'recent.csv')
      // There is no forge here.
      .replace('issue: true', 'issue: false')
    const [whole, beside] = [fromHere(main.text), fromHere(schedule)]
    const scheduled = parse(whole.text) as { include: unknown[] }
    scheduled.include.push({ local: drift.path })
    repository.commit('base', {
      ...baseFiles(),
      [main.path]: stringify(scheduled),
      [drift.path]: beside.text,
      'rows.csv': `age,income,plan\n${rows.join('\n')}\n`,
      ...whole.templates,
      ...beside.templates,
    })

    const { exitCode, log, artifact, hasArtifact } = await runPipeline(repository, {
      CI_PIPELINE_SOURCE: 'schedule',
      ASSAY_DRIFT: '1',
    })

    expect(log).toContain('churn: critical: shift in 1 of 3 features over 1,400 rows')
    expect(hasArtifact('assay', 'assay-result/junit.xml')).toBe(false)
    expect(exitCode).toBe(1)
    expect(artifact('assay-drift', 'assay-result/drift.html')).toContain('<h1>')
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
