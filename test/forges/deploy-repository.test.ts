import { useGithub } from '../support/emulator.ts'
import { useGitlab } from '../support/gitlab.ts'
import { useGitServer } from '../support/use-git-server.ts'
import { describeDeployRepository } from './deploy-contract.ts'
import { githubPlace, gitlabPlace, plainPlace } from './deploy-places.ts'

const github = useGithub()
const gitlab = useGitlab()
const served = useGitServer()

describeDeployRepository('GitHub', () => githubPlace(github))
describeDeployRepository('GitLab', () => gitlabPlace(gitlab))
describeDeployRepository('plain git', () =>
  plainPlace(served.server, served.folder, { opened: served.opened }),
)
