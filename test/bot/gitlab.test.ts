import { describe, expect, it } from 'vitest'
import { useDeploys } from '../commands/deploys.ts'
import { TOKEN, useGitlab } from '../support/gitlab.ts'
import { useGitlabBot } from './gitlab-bot.ts'
import { pushHook, SIGNING_TOKEN } from './gitlab-hooks.ts'

const gitlab = useGitlab()
const deploys = useDeploys()
const scene = useGitlabBot(gitlab)

describe('the bot on GitLab', () => {
  it('promotes by itself what has come into an environment, with its own token and no App', async () => {
    const deploy = await deploys.onGitlab(gitlab)
    await deploy.promote([deploy.release(1)], { environment: 'staging' })

    expect(await scene.tell(pushHook(deploy.place.project))).toBe(202)
    const { open } = await (await deploy.access()).repository.pullRequests!.ofBranch(
      `assay/promote/production/${deploy.model}`,
      deploy.place.base,
    )
    expect(open?.title).toBe(`Promote ${deploy.model} 2026-05-01-0000001 to production`)
    expect(scene.log()).not.toContain(TOKEN.bot)
    expect(scene.log()).not.toContain(SIGNING_TOKEN.slice(6))
    expect(await fetch(scene.at('/hooks/github'), { method: 'POST' })).toMatchObject({ status: 404 })
  })
})
