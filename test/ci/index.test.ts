import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { detectCi } from '../../src/ci/index.ts'
import { AssayError } from '../../src/core/errors/errors.ts'
import { anyCharacter } from '../support/any-character.ts'
import { cases } from '../support/rounds.ts'

const noFile = () => {
  throw new Error('no file is read here')
}

describe('the CI', () => {
  it.each([
    [{ GITHUB_ACTIONS: 'true' }, 'GitHub Actions'],
    [{ GITLAB_CI: 'true' }, 'GitLab CI'],
    [{ JENKINS_URL: 'https://j' }, 'Jenkins'],
    [{ JENKINS_HOME: '/var/lib/jenkins' }, 'Jenkins'],
    [{}, 'local'],
    [{ CI: 'true', GITHUB_REPOSITORY: 'octo/model', GITHUB_ACTIONS: 'false' }, 'local'],
  ])('of %j is %s', (env, name) => {
    expect(detectCi(env, noFile).name).toBe(name)
  })

  it('of a laptop knows nothing', () => {
    expect(detectCi({ PATH: '/bin', CI_PROJECT_PATH: 'a/b', BUILD_NUMBER: '1' }, noFile)).toEqual({
      name: 'local',
    })
  })

  const DIGEST = `sha256:${'1f'.repeat(32)}`
  it.each([
    [{ GITLAB_CI: 'true', CI_JOB_IMAGE: `ghcr.io/acme/train:3@${DIGEST}` }, `ghcr.io/acme/train@${DIGEST}`],
    [{ GITLAB_CI: 'true', CI_JOB_IMAGE: 'node:24' }, undefined],
    [{ CI_JOB_IMAGE: `train@${DIGEST}` }, undefined],
    [{ GITHUB_ACTIONS: 'true', ASSAY_JOB_IMAGE: `train@${DIGEST}` }, `train@${DIGEST}`],
    [{ GITLAB_CI: 'true', CI_JOB_IMAGE: 'node:24', ASSAY_JOB_IMAGE: `train@${DIGEST}` }, `train@${DIGEST}`],
    [{ ASSAY_JOB_IMAGE: `'; rm -rf /@${DIGEST}` }, undefined],
  ])('knows the image of the job by its digest alone: %j', (env, image) => {
    expect(detectCi(env, noFile).image).toBe(image)
  })

  it('of GitHub Actions reads the event', () => {
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: 'issue_comment',
      GITHUB_EVENT_PATH: '/event.json',
    }
    const files: Record<string, unknown> = { '/event.json': { issue: { number: 3, pull_request: {} } } }

    expect(detectCi(env, path => files[path]).pullRequest).toBe(3)
  })

  it('says so when the event cannot be read', () => {
    const env = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: '/gone.json' }

    expect(() => detectCi(env, noFile)).toThrow(expect.objectContaining({ code: 'CI_EVENT_UNREADABLE' }))
    expect(() => detectCi(env, () => JSON.parse('{'))).toThrow(
      expect.objectContaining({
        problems: [
          {
            what: 'GITHUB_EVENT_PATH names a file that holds no JSON',
            where: { file: '/gone.json' },
            fix: expect.stringContaining('run the job again'),
          },
        ],
      }),
    )
  })
})

describe('facts that somebody else may have chosen', () => {
  const gitlab = (more: Record<string, string>) => detectCi({ GITLAB_CI: 'true', ...more }, noFile)

  it.each([
    '--upload-pack=touch /tmp/x',
    '-x',
    'a b',
    'a\nb',
    'a..b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[b',
    'a\\b',
    '@',
    'a@{1}',
    '/a',
    'a/',
    'a//b',
    '.a',
    'a/.b',
    'a.lock',
    'a.lock/b',
    'a.',
    'a\u202eb',
    'a\u0000',
    'x'.repeat(256),
  ])('are refused as a branch: %j', branch => {
    expect(() => gitlab({ CI_MERGE_REQUEST_TARGET_BRANCH_NAME: branch })).toThrow(AssayError)
  })

  it.each(['main', 'release/1.0', 'dependabot/npm_and_yarn/a-1.2.3', 'größe', 'a-b_c.d', 'feature/#12'])(
    'are taken as a branch: %s',
    branch => {
      expect(gitlab({ CI_MERGE_REQUEST_TARGET_BRANCH_NAME: branch }).baseRef).toBe(branch)
    },
  )

  it.each([
    ['CI_COMMIT_SHA', 'HEAD'],
    ['CI_COMMIT_SHA', `${'a'.repeat(40)}\n`],
    ['CI_COMMIT_SHA', 'A'.repeat(40)],
    ['CI_PROJECT_PATH', '../etc'],
    ['CI_PROJECT_PATH', 'alone'],
    ['CI_PROJECT_PATH', 'a/b?x=1'],
    ['CI_PROJECT_PATH', '-a/b'],
    ['CI_API_V4_URL', 'javascript:alert(1)'],
    ['CI_API_V4_URL', 'https://user:pass@host/'],
    ['CI_API_V4_URL', 'https://host/\r\nX-Evil: 1'],
    ['CI_PIPELINE_ID', '1 -->'],
    ['CI_PIPELINE_ID', '9'.repeat(16)],
  ])('are refused: %s=%j', (name, value) => {
    expect(() => gitlab({ [name]: value })).toThrow(expect.objectContaining({ code: 'CI_FACTS_INVALID' }))
  })

  it('are all named at once, on one line each, without what they hold being run', () => {
    const env = {
      CI_COMMIT_SHA: 'x\n::error::',
      CI_PROJECT_PATH: '\u001b[31m',
      CI_MERGE_REQUEST_TARGET_BRANCH_NAME: '-x',
    }

    const error = (() => {
      try {
        return gitlab(env)
      } catch (caught) {
        return caught as AssayError
      }
    })() as AssayError

    expect(error.problems.map(problem => problem.what.split(' ')[0])).toEqual([
      'repository',
      'headSha',
      'baseRef',
    ])
    expect(error.problems.map(problem => problem.what).join('')).not.toMatch(/\p{Cc}/u)
  })

  it('never become an option or a second line of anything, whatever they are', () => {
    const names = [
      'CI_MERGE_REQUEST_TARGET_BRANCH_NAME',
      'CI_COMMIT_SHA',
      'CI_PROJECT_PATH',
      'CI_JOB_URL',
      'CI_PIPELINE_ID',
      'CI_MERGE_REQUEST_IID',
    ]
    const value = fc.oneof(
      fc.string({ unit: anyCharacter }),
      fc.stringMatching(/^-{0,2}[a-z]+[/.\n]?[a-z]*$/),
    )

    fc.assert(
      fc.property(fc.constantFrom(...names), value, (name, text) => {
        try {
          for (const fact of Object.values(gitlab({ [name]: text })))
            expect(String(fact)).not.toMatch(/^-|\p{Cc}/u)
        } catch (error) {
          expect(error).toBeInstanceOf(AssayError)
        }
      }),
      cases(5000),
    )
  })
})
