import { beforeAll, expect, it } from 'vitest'
import { release } from '../support/releases.ts'
import { rounds } from '../support/rounds.ts'
import { openPull } from './open-pull.ts'
import { deployFiles, useBot } from './scene.ts'

/** Who may write nowhere writes commands, many of them; who may comes after. */

let sent = 0
/** Every third event is lost, every other one comes twice. */
let isBad = false

const scene = useBot({
  async deliver(_, send) {
    const count = isBad ? [1, 2, 0][sent++ % 3]! : 1
    await Promise.all(Array.from({ length: count }, send))
    return isBad ? 'unlogged' : undefined
  },
})
const MODEL = { owner: 'acme', repo: 'model' }
let number: number

beforeAll(async () => {
  const { 'README.md': _, ...files } = deployFiles('fraud') as Record<string, string>
  await scene.write('deploy', files)
  await scene.write('model', {
    'assay.yml':
      'model: fraud\nmetrics: metrics.json\ndeploy: acme/deploy\ngates: [{ metric: roc_auc, at_least: 0.5 }]\n',
  })
  number = await openPull(scene.ada)
  await scene.github.control.role('acme/deploy', 'eve', 'read')
  await scene.github.control.role('acme/model', 'eve', 'read')
  await scene.letIn(release(1, 'fraud', { verdict: 'pass' }))
  await scene.settled()
})

/** What the bot has said, of which account, without the key. */
async function said(): Promise<string[]> {
  const all = { ...MODEL, issue_number: number, per_page: 100 }
  const bodies: string[] = []
  for (let page = 1; ; page++) {
    const { data } = await scene.ada.issues.listComments({ ...all, page })
    bodies.push(...data.flatMap(({ user, body = '' }) => (user?.login === 'assay[bot]' ? body : [])))
    if (data.length < 100) return bodies
  }
}
const ask = (who: 'ada' | 'eve', body: string) =>
  scene[who].issues.createComment({ ...MODEL, issue_number: number, body })
const WRITES = ['POST', 'PATCH', 'PUT', 'DELETE']

it('many commands of who may not, lost, doubled and at once, have a few answers and take none of those who may', async () => {
  isBad = true
  const commands = ['/assay hold production -- x', '/assay promte', '/assay help', '/assay status']
  for (let at = 0; at < rounds(30, 100); at++) await ask('eve', commands[at % commands.length]!)
  await scene.settled()
  isBad = false

  const refused = await said()
  expect(refused).toHaveLength(6)
  const last = refused.filter(body => body.includes('further ones get no answer'))
  expect(last).toEqual([
    expect.stringContaining(
      'eve, that was not carried out: 5 comments of one person who may write neither here nor to the deploy repository were answered within an hour.',
    ),
  ])

  await ask('ada', '/assay status')
  await scene.settled()
  const [answer, ...more] = (await said()).filter(body => !refused.includes(body))
  expect(answer).toContain('ada, `status` of fraud:')
  expect(more).toEqual([])
})

it('what was not answered is looked at once more and not again, also by a bot that is started anew, and days later', async () => {
  const before = await said()
  const { requests } = scene.github.world
  await scene.early(300_000)
  let from = requests.length
  await scene.early(300_000)
  const made = requests.slice(from).map(({ path }) => path.split('?')[0])
  expect(made.filter(path => /comments/.test(path!))).toEqual([])

  await scene.pass(2 * 86_400_000)
  from = requests.length
  const another = await scene.another()
  await scene.settled()
  while (another.counts().waiting + another.counts().running + another.rounds() > 0)
    await new Promise(resolve => setTimeout(resolve, 5))
  await another.stop()
  const again = requests.slice(from)
  expect(again.some(({ path }) => /\/issues\/comments\/\d+/.test(path))).toBe(true)
  expect(
    again.filter(({ method, path }) => WRITES.includes(method) && !/graphql|access_tokens/.test(path)),
  ).toEqual([])
  expect(await said()).toEqual(before)
})

it('who may write to the deploy repository alone is one of those who may', async () => {
  const { data: main } = await scene.ada.git.getRef({ ...MODEL, ref: 'heads/main' })
  await scene.ada.git.createRef({ ...MODEL, ref: 'refs/heads/other', sha: main.object.sha })
  const file = { ...MODEL, path: 'b.txt', branch: 'other', message: 'b', content: '' }
  await scene.ada.repos.createOrUpdateFileContents(file)
  const { data } = await scene.ada.pulls.create({ ...MODEL, title: 'Other', head: 'other', base: 'main' })
  number = data.number
  await ask('eve', '/assay help')
  await scene.settled()
  await scene.github.control.role('acme/deploy', 'eve', 'write')
  await ask('eve', '/assay help')
  await scene.settled()
  // Nor does it matter whether the model is named rightly.
  await ask('eve', '/assay status chrun')
  await scene.settled()

  expect((await said()).map(body => body.split('\n')[1])).toEqual([
    '<!-- assay:other -->',
    expect.stringMatching(/^eve, `help` was not carried out: it was found more than 15 minutes/),
    expect.stringMatching(/^eve, `status` was not carried out: it was found more than 15 minutes/),
  ])
})
