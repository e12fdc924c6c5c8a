import { afterAll, describe, expect, it } from 'vitest'
import { type EmulatedGithub, startGithub } from '../../emulator/github.ts'
import { ASSAY_APP } from '../support/app-world.ts'
import { normalForm } from '../support/normal-form.ts'

const MODEL = '/repos/acme/model'
const started: EmulatedGithub[] = []
afterAll(() => Promise.all(started.map(one => one.close())))

/** A small story; `noise` is what a run may do otherwise without anybody seeing a difference. */
async function story({ noise = false, more = '' } = {}): Promise<Record<string, unknown>> {
  const github = await startGithub({
    users: [{ login: 'ada' }, { login: 'wim' }],
    organisations: [{ login: 'acme', name: 'Acme', members: ['ada', 'wim'] }],
    repositories: [{ owner: 'acme', name: 'model', auto_init: false }],
    tokens: { 'token-of-ada': { login: 'ada' }, 'token-of-wim': { login: 'wim' } },
    apps: [{ ...ASSAY_APP, installations: [{ id: 1, account: 'acme' }] }],
  })
  started.push(github)
  // biome-ignore lint/suspicious/noExplicitAny: the emulator's JSON
  const send = async (method: string, path: string, body: object, who = 'ada'): Promise<any> => {
    const response = await fetch(github.url + MODEL + path, {
      method,
      headers: { authorization: `token token-of-${who}` },
      body: JSON.stringify(body),
    })
    expect(response.ok).toBe(true)
    return response.json()
  }
  const author = { name: 'Ada', email: 'ada@example.com', date: `202${noise ? 5 : 6}-01-01T00:00:00Z` }
  const write = (path: string, branch: string) =>
    send('PUT', `/contents/${path}`, { message: path, content: '', branch, author, committer: author })
  const { commit } = await write('README.md', 'main')
  await send('POST', '/git/refs', { ref: 'refs/heads/change', sha: commit.sha })
  const { commit: change } = await write('a.txt', 'change')
  const body = `Built from ${change.sha.slice(0, 7)} at 202${noise ? 5 : 6}-11-28 10:0${noise ? 1 : 2} UTC`
  const pull = await send('POST', '/pulls', { title: 'Change', head: 'change', base: 'main', body })
  const people = noise ? ['wim', 'ada'] : ['ada', 'wim']
  for (const who of people)
    await send('POST', `/issues/${pull.number}/comments`, { body: `by ${who}${more}` }, who)
  for (const state of noise ? ['pending', 'pending', 'success'] : ['success'])
    await send('POST', `/statuses/${change.sha}`, { state, context: 'assay', description: 'done' })
  return normalForm(github)
}

describe('the normal form', () => {
  it('is the same for what differs in times and order alone, and another where a word differs', async () => {
    const form = await story()
    expect(await story({ noise: true })).toEqual(form)
    expect(await story({ more: '!' })).not.toEqual(form)
    expect(form).toMatchObject({
      'acme/model': {
        pulls: {
          '#1 acme:change -> main': {
            state: 'open',
            body: expect.stringMatching(/^Built from commit of [0-9a-f]{12} at TIME$/),
            comments: [{ by: 'ada' }, { by: 'wim' }],
          },
        },
      },
    })
  })
})
