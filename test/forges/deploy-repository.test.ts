import type { ForgeName } from '../../src/forges/index.ts'
import { useGithub } from '../support/emulator.ts'
import { useGitlab } from '../support/gitlab.ts'
import { describeDeployRepository } from './deploy-contract.ts'
import { type DeployPlace, githubPlace, gitlabPlace } from './deploy-places.ts'

const github = useGithub()
const gitlab = useGitlab()

const PLACES: Record<ForgeName, () => Promise<DeployPlace>> = {
  github: () => githubPlace(github),
  gitlab: () => gitlabPlace(gitlab),
}

for (const [name, makePlace] of Object.entries(PLACES)) describeDeployRepository(name, makePlace)
