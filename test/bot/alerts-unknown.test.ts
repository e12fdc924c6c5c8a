import { describe, expect, it } from 'vitest'
import { forward } from '../../emulator/github/front.ts'
import { type Answering, readRequest } from '../../emulator/github.ts'
import { failWith } from '../support/faults.ts'
import { alert, useAlerts } from './alert-scene.ts'

/** Alerts of environments while nobody can tell which the model has: the deploy repository does not answer. */

let isDown = false
const answer: Answering = async (upstream, request, response) => {
  const read = await readRequest(request)
  const isOfDeploy = read.path.startsWith('/repos/acme/deploy') || /"deploy"/.test(read.text)
  if (isDown && isOfDeploy) return failWith(response, { fault: 503 })
  const given = await forward(upstream, read)
  response.writeHead(given.status, given.headers).end(given.body)
}
const scene = useAlerts({ answer })
const { send, issues, retrainings } = scene

const firing = (environments: string[], kind: string, id: string) =>
  environments.map((name, at) =>
    alert({ assay_kind: kind, assay_environment: name }, { fingerprint: `${id}${at}` }),
  )
const over = (alerts: object[]) => alerts.map(one => ({ ...one, status: 'resolved' }))
const open = async () => (await issues()).filter(({ state }) => state === 'open').map(({ title }) => title)
const told = async (alerts: object[]) => {
  expect(await send(alerts)).toBe(202)
  await scene.settled()
}

describe('alerts of environments that nobody can tell now', () => {
  const made = Array.from({ length: 8 }, (_, at) => `made-up-${at}`)
  const all = firing(['staging', ...made], 'shift', 'e')

  it('are one issue of the model, and nothing is trained because of them', async () => {
    isDown = true
    await told(all)

    const [issue, ...more] = await issues()
    expect([more, await retrainings()]).toEqual([[], []])
    expect(issue).toMatchObject({ title: 'Alert: fraud', state: 'open' })
    expect(issue!.body.match(/^- .*of the environment/gm)).toHaveLength(9)
    expect(issue!.body).toContain('It is not trained anew')
  })

  it('go on where they belong once it is known, each in one issue', async () => {
    isDown = false
    // However often it has failed till then.
    await scene.pass(1_800_000)

    const byTitle = (await issues()).toSorted((a, b) => a.title.length - b.title.length)
    expect(byTitle).toHaveLength(3)
    const [first, staging, unknown] = byTitle
    expect(first).toMatchObject({ title: 'Alert: fraud', state: 'closed' })
    expect(first!.body).toContain(
      'It goes on in the issues of: fraud in an unknown environment; fraud in staging.',
    )
    expect(unknown).toMatchObject({ title: 'Alert: fraud in an unknown environment', state: 'open' })
    expect(unknown!.body.match(/^- .*of the environment made-up-/gm)).toHaveLength(8)
    expect(staging).toMatchObject({ title: 'Alert: fraud in staging', state: 'open' })
    expect(staging!.body).not.toContain('of the environment')
    expect(await retrainings()).toHaveLength(1)

    await told(over(all))
    expect(await open()).toEqual([])
  })

  it('are over when that is told, wherever they are by then', async () => {
    const some = firing(['staging', 'made-up-1'], 'other', 'f')
    isDown = true
    await told(some)
    expect(await open()).toEqual(['Alert: fraud'])
    isDown = false
    await told(over(some))
    await scene.pass(3_600_000)
    expect(await open()).toEqual([])
  })

  it('become those of an environment that the model has got since', async () => {
    await told(firing(['canary'], 'other', 'c'))
    expect(await open()).toEqual(['Alert: fraud in an unknown environment'])
    const { data } = await scene.ada.repos.getContent({
      owner: 'acme',
      repo: 'deploy',
      path: 'assay-deploy.yml',
    })
    const { content, sha } = data as { content: string; sha: string }
    const text = Buffer.from(content, 'base64').toString()
    await scene.ada.repos.createOrUpdateFileContents({
      owner: 'acme',
      repo: 'deploy',
      path: 'assay-deploy.yml',
      message: 'Rename production',
      content: Buffer.from(text.replaceAll('production', 'canary')).toString('base64'),
      sha,
    })
    await scene.pass(3_600_000)
    expect(await open()).toEqual(['Alert: fraud in canary'])
    await told(over(firing(['canary'], 'other', 'c')))
    expect(await open()).toEqual([])
  })
})
