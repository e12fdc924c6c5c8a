import { githubClient } from '../../src/forges/github/client.ts'
import { githubForge } from '../../src/forges/github/forge.ts'
import { gitlabClient } from '../../src/forges/gitlab/client.ts'
import { gitlabForge } from '../../src/forges/gitlab/forge.ts'
import { FORGE_NAMES, type ForgeName } from '../../src/forges/index.ts'
import { BOT, REPOSITORY, TOKENS, useGithub } from '../support/emulator.ts'
import { GITLAB_BOT, PROJECT, TOKEN, useGitlab } from '../support/gitlab.ts'
import { describeForge, type Place } from './contract.ts'

const github = useGithub()
const gitlab = useGitlab()
/** No pauses, so that tests are fast. */
const safety = { wait: async () => {} }

const PLACES: Record<ForgeName, () => Promise<Place>> = {
  github: async () => {
    const { number, headSha } = await github.pullRequest()
    return {
      forge: githubForge(githubClient({ token: TOKENS.workflow, apiUrl: github.url, safety }), REPOSITORY),
      author: BOT,
      pullRequest: number,
      commit: headSha,
      file: { path: 'README.md', ref: 'main', text: '# model\n' },
      writeComment: body => github.comment(number, body),
      readComments: () => github.comments(number),
      async readCheck(id) {
        const check = (await github.checks(headSha)).find(check => check.id === id)
        return { conclusion: check?.conclusion ?? null, title: check?.output.title ?? '' }
      },
      readStatus: async context =>
        github.statuses.findLast(status => status.sha === headSha && status.context === context)?.state,
      async merge() {
        const merging = await fetch(`${github.upstream}/repos/${REPOSITORY}/pulls/${number}/merge`, {
          method: 'PUT',
          headers: { authorization: `token ${TOKENS.maintainer}`, 'content-type': 'application/json' },
          body: '{}',
        })
        return ((await merging.json()) as { sha: string }).sha
      },
    }
  },
  gitlab: async () => {
    const { number, headSha } = await gitlab.mergeRequest()
    return {
      forge: gitlabForge(gitlabClient({ token: TOKEN.bot, apiUrl: gitlab.url, safety }), PROJECT),
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
      async merge() {
        const { body } = await gitlab.double.send({
          method: 'PUT',
          target: `/api/v4/projects/${encodeURIComponent(PROJECT)}/merge_requests/${number}/merge`,
          headers: { 'private-token': TOKEN.maintainer },
          body: Buffer.alloc(0),
        })
        return JSON.parse(body.toString()).merge_commit_sha
      },
    }
  },
}

for (const name of FORGE_NAMES) describeForge(name, PLACES[name])
