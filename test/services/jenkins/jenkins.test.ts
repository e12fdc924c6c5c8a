import { describe, expect, it } from 'vitest'
import { type Jenkins, jenkins } from '../../../src/services/jenkins/jenkins.ts'
import { JENKINS, useJenkins } from '../../support/jenkins.ts'

const server = useJenkins()
const JOB = 'team/retrain it'

function client(change: object = {}): Jenkins {
  const { user, token } = JENKINS
  return jenkins({ url: server.url, user, token, wait: async () => {}, ...change })
}
async function builds(of = client()) {
  const found = await of.builds(JOB, ({ claim }) => claim === 'a')
  expect(found.every(({ at }) => Date.now() - at < 60_000)).toBe(true)
  return found.map(({ at: _, ...rest }) => rest)
}
const posts = () => server.requests.filter(({ method }) => method === 'POST')

describe('a job of Jenkins', () => {
  it('is started with its parameter, and seen in the queue, as a build and as what became of it', async () => {
    expect(await builds()).toEqual([])
    await client().start(JOB, 'claim', 'a')
    expect(await builds()).toEqual([{ id: 1, url: `${server.url}/queue/item/1/`, state: 'running' }])
    server.run()
    const url = `${server.url}/job/team/job/retrain%20it/1/`
    expect(await builds()).toEqual([{ id: 1, url, state: 'running' }])
    for (const [result, state] of [
      // It is about to end, and says only a moment later how.
      [null, 'running'],
      ['SUCCESS', 'passed'],
      ['UNSTABLE', 'failed'],
      ['ABORTED', 'failed'],
    ]) {
      Object.assign(server.jobs[JOB]!.builds[0]!, { building: false, result })
      expect(await builds()).toEqual([{ id: 1, url, state }])
    }
    expect(await client().builds(JOB, ({ claim }) => claim === 'b')).toEqual([])
    expect(posts()).toHaveLength(1)
  })

  it('waits once where the same waits already', async () => {
    await client().start(JOB, 'claim', 'a')
    await client().start(JOB, 'claim', 'a')

    expect(server.queue).toHaveLength(1)
  })

  it('takes a password with a crumb of the same session', async () => {
    await client({ token: JENKINS.password }).start(JOB, 'claim', 'a')

    expect(server.queue).toHaveLength(1)
    expect(posts().map(({ headers }) => headers['jenkins-crumb'] !== undefined)).toEqual([false, true])
  })

  it.each([
    [
      'nobody has it',
      'team/other',
      {},
      /^Jenkins answers about the job team\/other: 404/,
      /folders above it/,
    ],
    ['it takes no parameter', JOB, { parameters: undefined }, /has no parameter `claim`/, /parameters \{/],
    ['it takes another one', JOB, { parameters: ['data'] }, /has no parameter `claim`/, /parameters \{/],
    ['it is disabled', JOB, { disabled: true }, /409 .*is not buildable/, /enable it/],
  ])('says what to do where %s', async (_, job, change, what, fix) => {
    Object.assign(server.jobs[JOB]!, change)

    await expect(client().start(job, 'claim', 'a')).rejects.toMatchObject({
      code: 'JENKINS_REFUSED',
      problems: [{ what: expect.stringMatching(what), fix: expect.stringMatching(fix) }],
    })
    expect(server.queue).toEqual([])
  })

  it('says that a token is none, and shows it nowhere', async () => {
    const token = 'not-the-token-0123456789'
    const error = await client({ token })
      .start(JOB, 'claim', 'a')
      .catch(caught => caught)

    expect(error).toMatchObject({
      code: 'JENKINS_REFUSED',
      problems: [{ fix: expect.stringContaining('API token') }],
    })
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain(token)
  })

  it.each([500, 503, 'reset'] as const)(
    'is asked again where Jenkins fails for a moment (%s)',
    async fault => {
      server.fail({ method: 'GET', path: /./, fault, times: 1 })

      expect(await builds(client())).toEqual([])
    },
  )

  it.each([500, 'reset'] as const)('is not started twice where the answer is lost (%s)', async fault => {
    server.fail({ method: 'POST', path: /./, fault, times: 1, takesEffect: true })

    await expect(client().start(JOB, 'claim', 'a')).rejects.toMatchObject({
      code: 'JENKINS_UNAVAILABLE',
    })
    expect(server.queue).toHaveLength(1)
    expect(posts()).toHaveLength(1)
    expect(await builds()).toHaveLength(1)
  })

  it.each(['html', 'truncated', 'redirect'] as const)('takes no page for an answer (%s)', async fault => {
    server.fail({ method: 'GET', path: /api\/json$/, fault: fault as never, times: 9 })

    await expect(builds()).rejects.toMatchObject({ code: expect.stringMatching(/^JENKINS_/) })
  })
})
