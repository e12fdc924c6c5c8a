import { describe, expect, it } from 'vitest'
import { TOKENS, useGithub } from '../support/emulator.ts'
import { forgeAs } from './report-run.ts'

const github = useGithub()

describe('the pull request of a branch and a commit', () => {
  it('is found by one call, the one whose head is exactly that commit', async () => {
    await github.pullRequest()
    const { number, headSha } = await github.pullRequest()

    const found = await forgeAs(github, TOKENS.workflow).findPullRequest({
      head: `octo:change-${number}`,
      headSha,
    })

    expect(found).toEqual({ number, base: 'main' })
    expect(github.requests).toHaveLength(1)
  })

  it('is none where the branch is at another commit', async () => {
    const { number } = await github.pullRequest()

    const head = `octo:change-${number}`
    const found = await forgeAs(github, TOKENS.workflow).findPullRequest({ head, headSha: 'a'.repeat(40) })

    expect(found).toBeUndefined()
  })

  it.each(['html', 'truncated', 'empty'] as const)(
    'is never "none" because the answer is no list: %s',
    async fault => {
      const { number, headSha } = await github.pullRequest()
      github.fail({ path: /pulls/, fault })

      const finding = forgeAs(github, TOKENS.workflow).findPullRequest({
        head: `octo:change-${number}`,
        headSha,
      })

      await expect(finding).rejects.toMatchObject({ code: expect.stringMatching(/^FORGE_/) })
    },
  )
})
