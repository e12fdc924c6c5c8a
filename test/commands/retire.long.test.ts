import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import type { Context } from '../../src/commands/command/context.ts'
import { run as runReproduce } from '../../src/commands/reproduce.ts'
import { run as runRetire } from '../../src/commands/retire.ts'
import { parseAskedTime } from '../../src/core/text/asked-time.ts'
import { plainPlace } from '../forges/deploy-places.ts'
import { testFolder } from '../support/git-repository.ts'
import { missing } from '../support/tools.ts'

/** The example whose models are watched, in a git repository: one retires, and what kustomize makes of the rest is as before. */

const EXAMPLE = 'examples/watched-deploy-repo'
const APP = 'apps/late-flights/production'
const { folder, remove } = testFolder()
const opened: { close(): Promise<void> }[] = []
afterAll(async () => {
  await Promise.all(opened.map(one => one.close()))
  remove()
})

const why = missing('kustomize', 'version')
it.skipIf(why)(
  `what serves is rendered as before, and its past is told after it${why ? ` (${why})` : ''}`,
  async () => {
    const names = readdirSync(EXAMPLE, { recursive: true, encoding: 'utf8' }).filter(name =>
      /\.\w+$/.test(name),
    )
    const files = Object.fromEntries(names.map(name => [name, readFileSync(join(EXAMPLE, name), 'utf8')]))
    const place = await plainPlace(undefined, folder, { files, opened })
    const context = {
      folder: '/nowhere',
      env: {},
      ci: { name: 'local' },
      now: () => Date.parse('2026-06-01T12:00:00Z'),
      log: { info() {}, warn() {}, raw() {}, live() {}, group: (_: string, body: () => unknown) => body() },
      signal: new AbortController().signal,
      version: '0.0.0-test',
      openDeploy: async () => ({ repository: await place.connect(), close: async () => {} }),
    } as Context
    const where = { config: 'assay.yml', model: 'late-flights', 'deploy-branch': 'main' }
    const deploy = { 'deploy-repo': 'https://git.example/acme/deploy.git' }
    const retire = async () => {
      const options = { ...where, ...deploy, reason: undefined, 'dry-run': false }
      return (await runRetire(context, options)).text
    }
    const render = async (branch: string) => {
      const at = join(folder, branch.replaceAll('/', '-'))
      for (const [path, text] of Object.entries(await place.files((await place.head(branch))!))) {
        mkdirSync(dirname(join(at, path)), { recursive: true })
        writeFileSync(join(at, path), text)
      }
      const env = { PATH: process.env.PATH, HOME: folder }
      const yaml = execFileSync('kustomize', ['build', join(at, APP)], { encoding: 'utf8', env })
      return parseAllDocuments(yaml).map(document => document.toJS())
    }
    const before = await render('main')

    expect(await retire()).toMatch(/^➕ late-flights: the branch assay\/retire\/late-flights waits/)

    const branch = 'assay/retire/late-flights'
    const isOurs = ({ metadata }: { metadata: { labels?: Record<string, string> } }) =>
      metadata.labels?.['app.kubernetes.io/managed-by'] === 'assay'
    expect(before.filter(isOurs).map(({ kind }) => kind)).toContain('PrometheusRule')
    const after = await render(branch)
    expect(after).toEqual(before.filter(one => !isOurs(one)))
    expect(after.map(({ kind }) => kind)).toEqual(['Deployment'])
    place.pushNow!('main', (await place.head(branch))!)
    expect(await retire()).toBe(`➖ late-flights: removed ${branch}`)
    const asked = { ...where, environment: 'production', run: false, 'own-packages': false, output: 'out' }
    const at = parseAskedTime('2026-03-02', Date.parse('2026-03-03T00:00:00Z'))
    const { text } = await runReproduce(context, { ...asked, ...deploy, at, 'in-image': undefined })
    expect(text).toContain('2026-05-20-e5c87ee')
    const later = { at: Date.parse('2100-01-01T00:00:00Z') }
    await expect(
      runReproduce(context, { ...asked, ...deploy, at: later, 'in-image': undefined }),
    ).rejects.toMatchObject({
      code: 'NOTHING_SERVED',
      problems: [{ what: expect.stringContaining('2026-05-20-e5c87ee was removed') }],
    })
  },
)
