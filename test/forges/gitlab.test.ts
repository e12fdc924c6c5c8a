import { gitlabForge } from '../../src/forges/gitlab.ts'
import { gitlabClient } from '../../src/forges/gitlab-client.ts'
import { GITLAB_BOT, PROJECT, TOKEN, useGitlab } from '../support/gitlab.ts'
import { describeForge } from './contract.ts'

const gitlab = useGitlab()
/** No pauses, so that tests are fast. */
const safety = { wait: async () => {} }
const forgeAs = (token: string) => gitlabForge(gitlabClient({ token, apiUrl: gitlab.url, safety }), PROJECT)

describeForge('gitlab', async () => {
  const { number, headSha } = await gitlab.mergeRequest()
  return {
    forge: forgeAs(TOKEN.bot),
    author: GITLAB_BOT,
    pullRequest: number,
    commit: headSha,
    file: { path: 'README.md', ref: 'main', text: '# model\n' },
    writeComment: async body => gitlab.note(number, body),
    readComments: async () => gitlab.notes(number),
    readStatus: async context =>
      gitlab.double
        .state()
        .projects[PROJECT]!.statuses.findLast(status => status.sha === headSha && status.name === context)
        ?.state,
  }
})
