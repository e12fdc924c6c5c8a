import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { VARIABLES } from '../bot/settings/variables.ts'
import { appEvents, FEATURES } from '../bot/setup/manifest.ts'
import { parseInvocation } from '../cli/arguments.ts'
import { parseDeploy } from '../src/commands/deploy/read/state.ts'
import { COMMANDS } from '../src/commands/table/index.ts'
import { parseConfig } from '../src/core/config/read-config.ts'
import { FORGES } from '../src/forges/index.ts'

const PAGES = [
  'README.md',
  'CHANGELOG.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'gitlab-component/README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.md'))
    .map(name => `docs/${name}`),
]
const blocks = PAGES.flatMap(page =>
  [...readFileSync(page, 'utf8').matchAll(/^( *)```(\w+)\n([\s\S]*?)^\1```$/gm)].map(
    ([, indent = '', language = '', text = '']) => ({
      page,
      language,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  ),
)

describe('the documentation', () => {
  it.each(blocks.filter(block => block.language === 'yaml' && block.text.startsWith('# assay.yml')))(
    '$page: the configuration is valid',
    ({ text }) => {
      expect(parseConfig(text, 'assay.yml').warnings).toEqual([])
    },
  )

  it.each(blocks.filter(block => block.language === 'yaml' && block.text.startsWith('# assay-deploy.yml')))(
    '$page: the configuration of the deploy repository is valid, as are the options of its targets',
    ({ text }) => {
      expect(() => parseDeploy(text)).not.toThrow()
    },
  )

  it('quotes the workflow of the deploy repository as it is', () => {
    const [quoted] = blocks.filter(
      block => block.page === 'docs/promotion.md' && block.text.startsWith('# .github/workflows/promote.yml'),
    )
    const real = readFileSync('examples/deploy-repo/.github/workflows/promote.yml', 'utf8').split('\n')
    const lines = quoted!.text.trimEnd().split('\n').slice(1)

    expect(lines.filter(line => !real.includes(line))).toEqual([])
  })

  it.each(blocks.filter(block => block.language === 'yaml'))('$page: the YAML is valid', ({ text }) => {
    expect(parseAllDocuments(text).flatMap(document => document.errors)).toEqual([])
  })

  it.each(blocks.filter(block => block.language === 'yaml' && /\buses:/.test(block.text)))(
    '$page: actions of others are pinned, permissions are stated',
    ({ text }) => {
      const uses = [...text.matchAll(/\buses: (\S+)/g)].map(match => match[1]!)

      expect(uses.filter(action => !/^assay-ml\/assay@v0$|@[0-9a-f]{40}$/.test(action))).toEqual([])
      expect(text).toMatch(/^\s*permissions:/m)
    },
  )

  it.each(
    blocks
      .filter(block => block.language === 'sh')
      .flatMap(({ page, text }) =>
        text
          .split('\n')
          .filter(line => line.startsWith('assay '))
          .map(line => ({ page, line })),
      ),
  )('$page: `$line` is a command line that exists', ({ line }) => {
    const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(match => match[1] ?? match[2]!)

    expect(() => parseInvocation(words.slice(1))).not.toThrow()
  })

  it('pins the actions of every workflow in the repository, and states its permissions', () => {
    const workflows = [
      '.github/workflows',
      ...readdirSync('examples').map(name => `examples/${name}/.github/workflows`),
    ]
      .filter(folder => existsSync(folder))
      .flatMap(folder => readdirSync(folder).map(name => readFileSync(`${folder}/${name}`, 'utf8')))
    const uses = workflows.flatMap(text => [...text.matchAll(/\buses: (\S+)/g)].map(match => match[1]!))

    expect(uses.filter(action => !/^(\.\/|assay-ml\/assay@v0)$|@[0-9a-f]{40}$/.test(action))).toEqual([])
    expect(workflows.filter(text => !/^permissions:/m.test(text))).toEqual([])
  })

  it('has a page for every command', () => {
    expect(Object.keys(COMMANDS).filter(name => !PAGES.includes(`docs/commands/${name}.md`))).toEqual([])
  })

  it('names every right that the bot asks for: the table of permissions, and what the App is made with', () => {
    const asked = readdirSync('src/commands/bot', { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts'))
      .flatMap(name => [
        ...readFileSync(`src/commands/bot/${name}`, 'utf8').matchAll(/const (\w+): Rights =/g),
      ])
    // Where this fails, a new one has no row in bot/setup/manifest.ts.
    expect(new Set(Object.values(FEATURES)).size).toBe(asked.length)

    const byHand = readFileSync('docs/bot.md', 'utf8')
      .split('\n')
      .find(line => line.startsWith('By hand: '))
    for (const event of appEvents()) expect(byHand).toContain(event.replaceAll('_', ' '))
  })

  it('explains every error code', () => {
    const source = ['src', 'cli', 'action', 'bot'].flatMap(folder =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.ts'))
        .map(name => readFileSync(`${folder}/${name}`, 'utf8')),
    )
    const codes = new Set(
      source.flatMap(text =>
        [
          ...text.matchAll(
            /'((?:CONFIG|FILE|METRICS|PREDICTIONS|EVALUATION|RESULT|MODEL|GIT|FORGE|CI|YAML|TARGET|ARGOCD|PACKAGE|PARAMETERS|REGISTRY|DEPLOY|ENVIRONMENT|RELEASE|ROLLBACK|HOLD|BRANCH|BOT)_[A-Z_]+|USAGE)'/g,
          ),
        ].map(match => match[1]!),
      ),
    )
    for (const text of source)
      for (const [, code] of text.matchAll(/\bcode: '([A-Z_]+)'/g)) {
        if (!NO_ERRORS.has(code!)) codes.add(code!)
      }
    // Names of variables look like codes.
    const variables = [
      ...Object.values(FORGES).flatMap(({ tokens }) => tokens),
      ...Object.keys(VARIABLES),
      'REGISTRY_AUTH_FILE',
    ]
    for (const variable of variables) codes.delete(variable)
    const explained = readFileSync('docs/troubleshooting.md', 'utf8')
    const headings = [...explained.matchAll(/^## ([A-Z_]+)$/gm)].map(match => match[1]!)

    // Every error prints a link to the heading of its code; a heading without a code is one that nobody comes to.
    expect([...codes].filter(code => !headings.includes(code))).toEqual([])
    expect(headings.filter(code => !codes.has(code))).toEqual([])
  })

  it('has every page and heading that a message names', () => {
    const named = ['src', 'cli', 'action', 'bot'].flatMap(folder =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter(name => name.endsWith('.ts'))
        .flatMap(name => [
          ...readFileSync(`${folder}/${name}`, 'utf8').matchAll(/\b(docs\/[\w/-]+\.md)(#[\w-]+)?/g),
        ]),
    )

    expect(named.length).toBeGreaterThan(3)
    expect(
      named.filter(([, path, anchor]) => !linkWorks('README.md', path!, anchor)).map(([text]) => text),
    ).toEqual([])
  })

  it('has a changelog of one line and one sentence a change, of at most 240 characters', () => {
    const lines = readFileSync('CHANGELOG.md', 'utf8').trimEnd().split('\n')
    const entries = lines.filter(line => line !== '' && !line.startsWith('#'))

    expect(entries.filter(line => !/^- (?:Upgrade: )?\S.*\.$/.test(line))).toEqual([])
    expect(entries.filter(line => line.length > 240)).toEqual([])
    expect(entries.filter(line => /\. [A-Z`]/.test(line.replaceAll(/`[^`]*`|"[^"]*"/g, '`')))).toEqual([])
  })

  // Merges leave a change twice, the second time in other words behind the same beginning.
  it('tells no change twice in the changelog', () => {
    const entries = readFileSync('CHANGELOG.md', 'utf8')
      .split('\n')
      .filter(line => line.startsWith('- '))
    const beginnings = entries.map(line => line.replace(/^- (?:Upgrade: )?/, '').slice(0, 60))

    expect(beginnings.filter((text, index) => beginnings.indexOf(text) < index)).toEqual([])
  })

  it('shows the architecture on one page, by files and folders that are there', () => {
    const text = readFileSync('ARCHITECTURE.md', 'utf8')
    const named = [...text.matchAll(/`([\w.-]+\/[\w./-]*)`/g)].map(match => match[1]!)
    const isThere = (path: string) => ['', 'src/'].some(above => existsSync(above + path))

    expect(text.split(/\s+/).length).toBeLessThanOrEqual(900)
    expect(named.length).toBeGreaterThan(20)
    expect(named.filter(path => !isThere(path))).toEqual([])
  })

  it('links only to pages and headings that exist', () => {
    const broken = PAGES.flatMap(page =>
      [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:)([^)#\s]*)(#[^)]*)?\)/g)]
        .filter(([, path, anchor]) => !linkWorks(page, path ?? '', anchor))
        .map(([text]) => `${page}: ${text}`),
    )

    expect(broken).toEqual([])
  })
})

/** What the YAML parser calls its problems; and a crash, which is printed with its stack and no link. */
const NO_ERRORS = new Set(['MISSING_CHAR', 'BAD_INDENT', 'UNEXPECTED_TOKEN', 'BUG'])

function linkWorks(page: string, path: string, anchor: string | undefined): boolean {
  const folder = page.includes('/') ? page.slice(0, page.lastIndexOf('/')) : '.'
  const target = path === '' ? page : new URL(path, `file:///${folder}/`).pathname.slice(1)
  if (!existsSync(target)) return false
  if (!anchor) return true
  const headings = [...readFileSync(target, 'utf8').matchAll(/^#+ (.*)$/gm)].map(match =>
    match[1]!
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
  return headings.includes(anchor.slice(1))
}
