import { describe, expect, it } from 'vitest'
import { release } from '../support/releases.ts'
import { deployFiles, useBot } from './scene.ts'

const scene = useBot()
const { 'README.md': _, ...FILES } = deployFiles('fraud') as Record<string, string>
const RECORD = { owner: 'acme', repo: 'deploy', path: 'apps/fraud/overlays/staging/model-release.yaml' }

/** What docs/living-with-it.md promises of an App that is taken away. */
describe('an App that is uninstalled', () => {
  it('leaves a bot that asks for nothing there and complains of nothing, and a CI that promotes as before', async () => {
    await scene.write('deploy', FILES)
    await scene.letIn(release(1, 'fraud'))
    await scene.settled()
    const { requests } = scene.github.world

    await scene.github.control.uninstall(1)
    await scene.settled()
    const [said, asked] = [scene.lines().length, requests.length]
    // Rounds of what no event told of.
    for (const _ of [1, 2]) await scene.pass(300_000)
    const ofRounds = requests.slice(asked)
    await scene.letIn(release(2, 'fraud'))
    await scene.settled()

    expect(scene.lines().slice(said)).toEqual([])
    expect(ofRounds.length).toBeGreaterThan(0)
    expect(ofRounds.filter(({ installationId, status }) => installationId === 1 || status >= 400)).toEqual([])
    expect(scene.bot.counts()).toEqual({ waiting: 0, running: 0, paused: 0 })
    const { data } = await scene.ada.repos.getContent(RECORD)
    const record = Buffer.from((data as { content: string }).content, 'base64').toString()
    expect(record).toContain(`version: "${release(2).version}"`)
  })
})
