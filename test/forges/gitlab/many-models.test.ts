import { afterEach, expect, it } from 'vitest'
import { isAssayError } from '../../../src/core/errors/errors.ts'
import type { DeployConnection } from '../../../src/forges/connection.ts'
import type { DeployRepository, Question } from '../../../src/forges/deploy-repository.ts'
import { connectDeploy } from '../../../src/forges/gitlab/connect.ts'
import { takeSnapshot } from '../../../src/forges/snapshot.ts'
import { gitEnvironment } from '../../support/git-repository.ts'
import { TOKEN, useGitlab } from '../../support/gitlab.ts'
import { describeLong, describeOnce } from '../../support/rounds.ts'
import { type DeployPlace, gitlabPlace } from '../deploy-places.ts'

/** What `promote` reads of a deploy project with many models: few calls, and what is read of each model alone. */

const gitlab = useGitlab()
const opened: DeployConnection[] = []
afterEach(async () => {
  for (const access of opened.splice(0)) await access.close()
})

const ENVIRONMENTS = ['staging', 'production']
const recordOf = (model: string, environment: string) => `apps/${model}/${environment}/model-release.yaml`
const branchOf = (model: string, environment: string) => `assay/promote/${environment}/${model}`
const names = (count: number) => Array.from({ length: count }, (_, at) => `m-${at}`)
const filesOf = (models: readonly string[]) =>
  Object.fromEntries(
    models.flatMap(model => ENVIRONMENTS.map(name => [recordOf(model, name), `model: ${model}\n`])),
  )

async function connect(place: DeployPlace, env: Record<string, string> = {}): Promise<DeployRepository> {
  const access = await connectDeploy({
    ...{ repository: place.project!, token: TOKEN.bot, apiUrl: gitlab.url },
    env: { ...process.env, ...gitEnvironment(), ...env },
  })
  opened.push(access)
  return access.repository
}

function questionsOf(commit: string, models: readonly string[]): Question[] {
  return models.map(model => ({
    ...{ base: 'main', commit },
    branches: ENVIRONMENTS.flatMap(environment => [
      { name: branchOf(model, environment), file: recordOf(model, environment) },
      { name: `assay/hold/${environment}/${model}`, file: 'hold.yaml', withoutClosed: true as const },
    ]),
    files: ENVIRONMENTS.flatMap(name => [recordOf(model, name), `apps/${model}/${name}/none.yaml`]),
    histories: ENVIRONMENTS.map(name => recordOf(model, name)),
  }))
}

const said = (answer: unknown) =>
  isAssayError(answer) ? { code: answer.code, problems: answer.problems } : answer

let scene: ReturnType<typeof manyStates> | undefined

/** A project whose models are each in another state, with merge requests that somebody made by hand. */
async function manyStates() {
  const models = names(7)
  const place = await gitlabPlace(gitlab, { ...filesOf(models), 'apps/m-6/staging/link.yaml': { link: 'x' } })
  const repository = await connect(place)
  const { pullRequests } = repository
  const propose = async (model: string) => {
    const branch = branchOf(model, 'production')
    await place.push(
      branch,
      { [recordOf(model, 'production')]: `model: ${model}\nnew: 1\n` },
      { from: 'main' },
    )
    const made = await pullRequests!.create({ branch, base: 'main', title: `Promote ${model}`, body: 'Text' })
    return made!
  }
  const rejected = await propose('m-0')
  await pullRequests!.close(rejected.number)
  const merged = await propose('m-1')
  await pullRequests!.merge(merged.number, merged.head)
  const squashed = await propose('m-2')
  await pullRequests!.merge(squashed.number, squashed.head)
  const open = await propose('m-3')
  await pullRequests!.addLabels(open.number, ['model'])
  await pullRequests!.requestReviewers(open.number, ['maintainer'])
  const { mergeRequests, statuses } = gitlab.double.state().projects[place.project!]!
  mergeRequests.find(({ iid }) => iid === squashed.number)!.squash = true
  const status = { name: 'assay/promotion', state: 'pending', description: 'Waits', url: null }
  statuses.push({ id: 1, sha: open.head, ...status })
  // Anybody may name a branch of a fork like ours.
  const fork = await propose('m-4')
  mergeRequests.find(({ iid }) => iid === fork.number)!.sourceProject = 4711
  const [head] = (await repository.readBranches(['main'])).values()
  const questions = questionsOf(head!.commit, models).map((one, at) => (at === 6 ? withLink(one) : one))
  const each = questions.map(one => takeSnapshot(repository, one).catch((error: unknown) => error))
  return { place, questions, alone: (await Promise.all(each)).map(said) }
}

const withLink = (question: Question) => ({ ...question, files: ['apps/m-6/staging/link.yaml'] })

describeLong('many models of a GitLab project', () => {
  it.each([
    { how: 'by git', histories: false, lists: false },
    { how: 'by the API where git refuses the token', refused: /info\/refs/, histories: true, lists: false },
    { how: 'by the API where there is no git', env: { PATH: '' }, histories: true, lists: false },
    { how: 'one by one where GraphQL refuses it', refused: /graphql/, histories: false, lists: true },
  ])('are read as each is alone, $how', async ({ refused, env, histories, lists }) => {
    scene ??= manyStates()
    const { place, questions, alone } = await scene
    gitlab.forget()
    if (refused) gitlab.fail({ path: refused, fault: 403 })

    const together = await (await connect(place, env)).snapshots!(questions)

    expect(together.map(said)).toEqual(alone)
    const asked = (part: string) => gitlab.requests.filter(({ path }) => path.includes(part)).length
    expect(asked('/repository/commits?') > 0).toBe(histories)
    // The squashed one is asked for by itself anyway.
    expect(asked('source_branch=') > 1).toBe(lists)
    const [, merged] = together
    if (isAssayError(merged)) throw merged
    const [version] = merged!.histories.get(recordOf('m-1', 'production'))!
    const [closed] = merged!.branches.find(({ name }) => name === branchOf('m-1', 'production'))!.pulls.closed
    // As old as its merge, whatever the commit of the branch says.
    expect(version!.commit).toBe(closed!.mergeCommit)
  })
})

describeOnce('many models of a GitLab project', () => {
  it('take as many calls as a few where nothing is to be done', async () => {
    const count = async (models: readonly string[]) => {
      const place = await gitlabPlace(gitlab, filesOf(models))
      await (await connect(place)).readBranches(['main'])
      gitlab.forget()
      const repository = await connect(place)
      const read = await repository.readHead('main', 'assay-deploy.yml')
      await repository.listFiles(read!.head.commit, '')
      await repository.snapshots!(questionsOf(read!.head.commit, models))
      return gitlab.requests.map(({ method, path }) =>
        `${method} ${path.split('?')[0]}`.replace(/[0-9a-f]{40}|deploy-\d+|projects\/[^/]+/g, '…'),
      )
    }

    const calls = await count(names(60))

    expect(calls.length).toBeLessThanOrEqual(16)
    expect(calls.filter(call => call.endsWith('/graphql'))).toHaveLength(1)
    expect((await count(names(30))).length).toBe(calls.length)
  })
})
