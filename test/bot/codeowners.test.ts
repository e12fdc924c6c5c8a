import { expect, it } from 'vitest'
import { ownersAt } from '../../src/commands/bot/comments/owners.ts'
import type { ForgeName } from '../../src/forges/index.ts'
import { type DeployPlace, githubPlace, gitlabPlace } from '../forges/deploy-places.ts'
import { useGithub } from '../support/emulator.ts'
import { useGitlab } from '../support/gitlab.ts'

const github = useGithub()
const gitlab = useGitlab()
const ALL = ['docs/CODEOWNERS', '.gitlab/CODEOWNERS', '.github/CODEOWNERS', 'CODEOWNERS']

/** Each forge's own documented order. */
const PLACES: Record<ForgeName, { make: () => Promise<DeployPlace>; order: string[] }> = {
  github: {
    make: () => githubPlace(github),
    order: ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'],
  },
  gitlab: {
    make: () => gitlabPlace(gitlab),
    order: ['CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'],
  },
}

it.each(Object.entries(PLACES))(
  '%s looks for CODEOWNERS where it says, in that order',
  async (forge, row) => {
    const place = await row.make()
    const repository = await place.connect()
    const owner = (path: string) => path.replace(/\W/g, '-')
    let commit = await place.push(
      place.base,
      Object.fromEntries(ALL.map(path => [path, `* @${owner(path)}\n`])),
    )
    const found: (string[] | undefined)[] = []
    for (const path of row.order) {
      found.push(await ownersAt(forge as ForgeName, repository, commit, 'apps/x.yaml'))
      commit = await place.push(place.base, { [path]: undefined })
    }

    expect(found).toEqual(row.order.map(path => [owner(path)]))
    // What is left is the other forge's.
    expect(await ownersAt(forge as ForgeName, repository, commit, 'apps/x.yaml')).toBeUndefined()
  },
)
