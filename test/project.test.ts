import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { get } from 'node:https'
import { connect, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

interface Job {
  'timeout-minutes': number
  steps: { run?: string }[]
}

const read = (path: string) => readFileSync(path, 'utf8')
const manifest = JSON.parse(read('package.json')) as {
  license: string
  homepage: string
  repository: { url: string }
  bugs: string
  bin: Record<string, string>
  files: string[]
}

describe('the licence', () => {
  it('is the text of Apache-2.0, word for word, and the one that package.json names', () => {
    // Of https://www.apache.org/licenses/LICENSE-2.0.txt.
    expect(createHash('sha256').update(read('LICENSE')).digest('hex')).toBe(
      'cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30',
    )
    expect(manifest.license).toBe('Apache-2.0')
  })
})

describe('where the project lives', () => {
  it('is one address, in package.json as in what people are told', () => {
    const [home] = /https:\/\/github\.com\/[\w-]+\/[\w-]+/.exec(manifest.homepage)!

    expect(manifest.repository.url).toBe(`git+${home}.git`)
    expect(manifest.bugs).toBe(`${home}/issues`)
    for (const path of ['SECURITY.md', '.github/ISSUE_TEMPLATE/config.yml', 'src/core/errors/errors.ts'])
      expect(read(path)).toContain(`${home}/`)
  })

  it('is installed from with what is run and its licences, no more', () => {
    expect(manifest.files).toEqual(['dist', 'schema', 'NOTICE', 'CHANGELOG.md'])
    for (const path of manifest.files) expect(existsSync(path), path).toBe(true)
  })

  it('has a lock file that knows its programs', () => {
    const lock = JSON.parse(read('package-lock.json')) as { packages: { '': { bin: unknown } } }

    expect(lock.packages[''].bin).toEqual(manifest.bin)
  })
})

describe('the forms for issues', () => {
  const forms = readdirSync('.github/ISSUE_TEMPLATE').filter(name => name !== 'config.yml')

  // As GitHub refuses them: a form that is not valid is not shown, without a word.
  it.each(forms)('%s is one that GitHub shows', name => {
    const form = parse(read(`.github/ISSUE_TEMPLATE/${name}`)) as {
      name: string
      description: string
      body: { type: string; id?: string; attributes: Record<string, unknown> }[]
    }
    const asking = form.body.filter(({ type }) => type !== 'markdown')
    const ids = asking.map(({ id }) => id)

    expect(form.name).toMatch(/./)
    expect(form.description).toMatch(/./)
    expect(asking.length).toBeGreaterThan(0)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { type, id, attributes } of asking) {
      expect(['textarea', 'input', 'dropdown', 'checkboxes']).toContain(type)
      expect(id).toMatch(/^[\w-]+$/)
      expect(attributes.label).toMatch(/./)
      if (type === 'dropdown') expect((attributes.options as unknown[]).length).toBeGreaterThan(1)
    }
    for (const { type, attributes } of form.body)
      if (type === 'markdown') expect(attributes.value).toMatch(/./)
  })
})

describe('our workflows', () => {
  const workflows = readdirSync('.github/workflows').map(name => read(`.github/workflows/${name}`))

  it('use one commit of each action, with one name for it', () => {
    const used = new Set(
      workflows.flatMap(text => [...text.matchAll(/uses: ([^.\s].*)/g)].map(([, one]) => one!)),
    )
    const actions = [...used].map(one => one.slice(0, one.indexOf('@')))

    expect([...used].filter(one => !/^[\w/-]+@[0-9a-f]{40} # v[\d.]+$/.test(one))).toEqual([])
    expect(actions.filter((one, index) => actions.indexOf(one) < index)).toEqual([])
  })

  it('give what CI runs the same time, wherever it runs', () => {
    const jobs = workflows.flatMap(text =>
      Object.values((parse(text) as { jobs: Record<string, Job> }).jobs).filter(({ steps }) =>
        steps.some(({ run }) => run?.includes('.ci/run')),
      ),
    )

    expect(jobs.map(job => job['timeout-minutes'])).toEqual([90, 90])
  })
})

describe('.editorconfig', () => {
  it('says of every file what Biome makes of it', () => {
    const { formatter } = JSON.parse(read('biome.json')) as {
      formatter: { indentStyle: string; indentWidth: number; lineWidth: number }
    }
    const [, all = ''] = /^\[\*\]\n((?:\w.*\n)+)/m.exec(read('.editorconfig'))!
    const settings = Object.fromEntries(
      all
        .trim()
        .split('\n')
        .map(line => line.split(' = ')),
    )

    expect(settings).toMatchObject({
      indent_style: formatter.indentStyle,
      indent_size: String(formatter.indentWidth),
      max_line_length: String(formatter.lineWidth),
      end_of_line: 'lf',
      insert_final_newline: 'true',
    })
  })
})

describe('a test', () => {
  const refused = { code: 'ENETUNREACH' }
  const failure = (opened: Pick<Socket, 'on'>) => new Promise(resolve => opened.on('error', resolve))

  it('reaches no other machine, whatever it asks with', async () => {
    await expect(fetch('https://example.com')).rejects.toMatchObject({ cause: refused })
    expect(await failure(get('https://example.com') as never)).toMatchObject(refused)
    expect(await failure(connect(443, '192.0.2.1'))).toMatchObject(refused)
    expect(await failure(connect({ port: 443, host: '2001:db8::1' }))).toMatchObject(refused)
  })
})
