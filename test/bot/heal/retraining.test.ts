import { describe, expect, it } from 'vitest'
import { useAlerts } from '../alert-scene.ts'

const MODEL = { owner: 'acme', repo: 'model' }
const WORKFLOW = 'on: { workflow_dispatch: { inputs: { claim: {} } } }\n'

const scene = useAlerts({
  retrain: '{ workflow: retrain.yml }',
  files: { '.github/workflows/retrain.yml': WORKFLOW },
})

const started = () =>
  scene.github.world.runs
    .filter(({ event }) => event === 'workflow_dispatch')
    .map(({ headBranch, inputs }) => ({ headBranch, inputs }))

/** What a bot does that is killed right afterwards. */
async function claim(version: string, model = 'fraud'): Promise<string> {
  const { data: main } = await scene.ada.git.getRef({ ...MODEL, ref: 'heads/main' })
  const branch = `assay/retrain-${model}-${version}`
  await scene.ada.git.createRef({ ...MODEL, ref: `refs/heads/${branch}`, sha: main.object.sha })
  return branch
}

describe('a retraining that was claimed, and whose run nobody started', () => {
  it('is started by the next look, once, however many bots look; and none of a version that serves nowhere', async () => {
    await claim('2020-01-01-0000000')
    // More than a first list shows, and all before it; of versions that serve no more, and of a model that is gone.
    for (let at = 10; at < 35; at++) await claim(`2020-02-02-00000${at}`, at < 15 ? 'a' : 'fraud')
    const branch = await claim(scene.version)
    const other = await scene.another()
    try {
      await scene.early(300_000)
      for (let busy = true; busy; ) {
        await scene.settled()
        const { waiting, running } = other.counts()
        busy = waiting + running + other.rounds() > 0
        await new Promise(resolve => setTimeout(resolve, 5))
      }
      expect(started()).toEqual([{ headBranch: branch, inputs: { claim: branch } }])
      // One look of each bot finds which of them is of a version that serves.
      const looks = scene.lines().filter(({ key }) => `${key}`.startsWith('["retraining'))
      expect(looks.length).toBeLessThanOrEqual(8)
      const found = scene.lines().filter(({ found }) => found === true)
      expect(JSON.stringify(found)).toContain(`retrain.yml is started on ${branch}`)

      await scene.pass(300_000)
      expect(started()).toHaveLength(1)
    } finally {
      await other.stop()
    }
  })
})
