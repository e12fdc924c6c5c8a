import { afterAll, beforeAll } from 'vitest'
import { useGithub } from '../support/emulator.ts'
import { testFolder } from '../support/git-repository.ts'
import { type GitServer, startGitServer } from '../support/git-server.ts'
import { useGitlab } from '../support/gitlab.ts'
import { describeDeployRepository } from './deploy-contract.ts'
import { githubPlace, gitlabPlace, plainPlace } from './deploy-places.ts'

const github = useGithub()
const gitlab = useGitlab()
const { folder, remove } = testFolder()
const opened: { close(): Promise<void> }[] = []
let server: GitServer

beforeAll(async () => {
  server = await startGitServer(folder)
})
afterAll(async () => {
  await Promise.all(opened.map(one => one.close()))
  await server.close()
  remove()
})

describeDeployRepository('GitHub', () => githubPlace(github))
describeDeployRepository('GitLab', () => gitlabPlace(gitlab))
describeDeployRepository('plain git', () => plainPlace(server, folder, { opened }))
