import { describe, expect, it } from 'vitest'
import { useGitlab } from '../../support/gitlab.ts'
import type { Project } from '../../support/gitlab-state.ts'
import { gitlabPlace } from '../deploy-places.ts'

const gitlab = useGitlab()

describe('what a branch asks for on GitLab', () => {
  it.each<[string, Project['asks'], object]>([
    ['nothing without protection', undefined, { asks: [], checks: [] }],
    ['nothing more where Developers may merge', {}, { asks: [], checks: [] }],
    ['a pipeline', { pipeline: true }, { asks: [], checks: ['pipeline'] }],
    ['approvals by a rule', { approvals: 2 }, { asks: ['2 approvals (Risk)'], checks: [] }],
    ['code owners', { owners: true }, { asks: ['an approval of a code owner'], checks: [] }],
    ['a role that the account lacks', { role: 40 }, { asks: ['a role that may merge into it'], checks: [] }],
    ['a role where nobody may merge', { role: 0 }, { asks: ['a role that may merge into it'], checks: [] }],
  ])('%s', async (_, asks, expected) => {
    const place = await gitlabPlace(gitlab)
    const { pullRequests } = await place.connect()
    // The first call makes the project known.
    await pullRequests!.ofBranch('change', place.base)
    if (asks) gitlab.double.state().projects[place.project!]!.asks = asks
    expect(await pullRequests!.mergeRules!(place.base)).toEqual(expected)
  })
})
