import type { ForgeName } from '../../src/forges/index.ts'

import { useGithub } from '../support/emulator.ts'
import { useGitlab } from '../support/gitlab.ts'
import { useGitServer } from '../support/use-git-server.ts'
import { describeDeployRepository } from './deploy-contract.ts'
import { type DeployPlace, githubPlace, gitlabPlace, plainPlace } from './deploy-places.ts'

const github = useGithub()
const gitlab = useGitlab()
const served = useGitServer()

const PLACES: Record<ForgeName | 'plain git', () => Promise<DeployPlace>> = {
  github: () => githubPlace(github),
  gitlab: () => gitlabPlace(gitlab),
  'plain git': () => plainPlace(served.server, served.folder, { opened: served.opened }),
}

for (const [name, makePlace] of Object.entries(PLACES)) describeDeployRepository(name, makePlace)
