import { beforeAll, describe, expect, it } from 'vitest'
import { alert, RETRAIN_WORKFLOW, useAlerts } from './alert-scene.ts'
import { PERMISSIONS } from './scene.ts'

/** Alerts about a model that a workflow trains: one run at a time, at most three, and what became of them. */

const scene = useAlerts({
  retrain: '{ workflow: retrain.yml }',
  files: RETRAIN_WORKFLOW,
})
beforeAll(() => scene.github.control.grant(1, { ...PERMISSIONS, actions: 'write' }))

const shift = () => alert({ assay_kind: 'shift', assay_release: scene.version })
const runs = () => scene.github.world.runs.filter(({ event }) => event === 'workflow_dispatch')
const text = async () => (await scene.issues())[0]!.body
const branch = () => `assay/retrain-fraud-${scene.version}`

describe('an alert about a model that a workflow trains', () => {
  it('starts one run, however many alerts there are and however many bots', async () => {
    const other = await scene.another()
    const ports = [scene.bot.port, other.port]
    await Promise.all(Array.from({ length: 10 }, (_, at) => scene.send([shift()], { port: ports[at % 2]! })))
    await scene.settled()
    await scene.pass(20_000)
    await other.stop()

    expect(runs().map(({ inputs, headBranch }) => [inputs.claim, headBranch])).toEqual([[branch(), branch()]])
    expect((await scene.issues()).map(({ state }) => state)).toEqual(['open'])
    expect(await text()).toContain('Retraining: it is under way on')
  })

  it('starts the next attempt when one failed, and tells what became of it without an alert', async () => {
    await scene.github.actions.finish(runs()[0]!, 'failure')
    await scene.settled()
    expect(runs().map(({ inputs }) => inputs.claim)).toEqual([branch(), `${branch()}/2`])

    await scene.github.actions.finish(runs()[1]!, 'success')
    await scene.settled()
    expect(runs()).toHaveLength(2)
    expect(await text()).toContain('Retraining: its run ended and proposes nothing newer')
  })

  it('starts nothing more for what has had its end', async () => {
    await scene.send([shift()])
    await scene.settled()
    await scene.send([{ ...shift(), status: 'resolved' }])
    await scene.settled()

    expect(runs()).toHaveLength(2)
    expect((await scene.issues()).map(({ state }) => state)).toEqual(['closed'])
    expect(await text()).toContain('It is over.')
  })

  it('leaves no ref of its turns behind', async () => {
    const { data } = await scene.ada.git.listMatchingRefs({
      owner: 'acme',
      repo: 'model',
      ref: 'assay/turns',
    })
    expect(data).toEqual([])
  })
})
