import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FORGE_NAMES } from '../src/forges/index.ts'
import { swallowedIn } from './support/catches.ts'

/** Layers from the bottom up: a file may import from its own layer only where `within` says so, and from the layers named. */
const LAYERS: Record<string, string[]> = {
  'src/core': ['src/core'],
  'src/targets': ['src/core', 'src/targets'],
  // Plain git is a forge whose API is git itself.
  'src/forges': ['src/core', 'src/forges', 'src/services/git'],
  // A CI says which forge it builds for, and Jenkins knows them by their addresses.
  'src/ci': ['src/core', 'src/ci', 'src/forges/index.ts'],
  // A service stands alone; what starts a program does it by the one way.
  ...Object.fromEntries(
    folders('src/services').map(service => [service, ['src/core', service, 'src/services/process']]),
  ),
  'src/services': ['src/core', 'src/services'],
  'src/commands': [
    'src/commands',
    'src/core',
    'src/targets',
    'src/forges',
    'src/ci',
    'src/services',
    'src/version.ts',
  ],
  cli: ['cli', 'src'],
  action: ['action', 'cli/connect-deploy.ts', 'cli/heap.ts', 'cli/log.ts', 'src'],
  bot: ['bot', 'src'],
  // It knows GitHub, and nothing of those that talk to it.
  emulator: ['emulator'],
  scripts: ['scripts', 'src', 'bot/settings/variables.ts', 'bot/setup'],
}

/** Rooms from the bottom up: a file imports from its own room and from those before it. So no two import each other. */
const ROOMS: Record<string, string[]> = {
  'src/core': [
    'errors',
    'text',
    'secrets',
    'yaml',
    'yaml/edit',
    'git',
    'statistics',
    'statistics/distributions',
    'statistics/intervals',
    'statistics/paired',
    'statistics/traffic',
    'inputs',
    'inputs/dvc',
    'inputs/metrics-file',
    'inputs/predictions/cells',
    'inputs/predictions/labels',
    'inputs/predictions',
    'inputs/evals',
    'inputs/kept',
    'metrics',
    'metrics/row-weights',
    'metrics/compare',
    'metrics/table',
    'image',
    'image/signed',
    'config',
    'config/starter',
    'config/written',
    'deploy-config/answers',
    'deploy-config/places',
    'deploy-config',
    'deploy-config/starter/carriers',
    'deploy-config/starter',
    'scan/found',
    'scan/bytes',
    'scan/pickle',
    'scan/formats',
    'scan',
    'verdict',
    'verdict/comparison',
    'verdict/gates',
    'verdict/weigh',
    'report/words',
    'report/tables',
    'report/plots',
    'report/notes',
    'report/sections',
    'report/html',
    'report',
    'release',
    'mlflow',
    'sbom',
    'traffic/profile',
    'traffic/events',
    'traffic/receipts',
    'traffic/canary',
    'traffic/exposures',
    'traffic/counts',
    'traffic/drift',
    'traffic/seen',
    'traffic/report',
    'traffic/watch',
    'promotion/places',
    'promotion/canary',
    'promotion/retraining',
    'promotion/plan',
    'promotion/effect',
    'promotion/proof',
    'promotion/live',
    'promotion/text',
    'promotion/retirement',
    'promotion',
    'alerts',
    'page',
    'page/canary',
    'chatops',
  ],
  'src/commands': [
    'command',
    'project',
    'result',
    'mlflow',
    'deploy/read',
    'deploy/live',
    'model/rows',
    'model/baselines',
    'model/images',
    'model',
    'deploy/render',
    'deploy/write',
    'deploy/proof',
    'deploy/reproduce',
    'deploy/ledger',
    'deploy/retire',
    'deploy/promote',
    'checks',
    'starting',
    'retraining',
    'collecting',
    'drift',
    'watching',
    // The commands themselves.
    '.',
    'table',
    'bot',
    'bot/page',
    'bot/reports',
    'bot/comments',
    'bot/alerts',
    'bot/heal',
    'bot/looks',
  ],
}

/** Where a package may be imported. What is absent here may be imported nowhere in the product. */
const PACKAGES: Record<string, string[]> = {
  '@actions/core': ['action'],
  '@actions/github': ['action'],
  '@octokit/rest': ['src/forges'],
  '@octokit/auth-app': ['src/forges/github/app.ts'],
  '@gitbeaker/rest': ['src/forges/gitlab/client.ts'],
  '@gitbeaker/requester-utils': ['src/forges/gitlab/requests.ts'],
  undici: ['src/forges/http/proxy.ts'],
  'simple-git': ['src/services/git'],
  yauzl: ['src/services/artifact'],
  probot: ['bot/hooks/github.ts'],
  '@octokit/webhooks': ['bot/hooks/github.ts'],
  'prom-client': ['bot/metrics.ts'],
  zod: ['bot/hooks', 'src/core', 'src/targets'],
  yaml: ['src/core'],
  picomatch: ['src/core/chatops/owners.ts', 'src/core/git/paths.ts'],
  papaparse: ['src/core'],
  '@grafana/schema': ['src/targets/watch/dashboard.ts'],
  diff: ['src/core/promotion/text/manifest-diff.ts'],
  echarts: ['src/core/report'],
  '@sigstore/verify': ['src/core/image/signed'],
  '@sigstore/bundle': ['src/core/image/signed'],
  '@sigstore/protobuf-specs': ['src/core/image/signed'],
  '@sigstore/tuf': ['src/core/image/signed/trust-root.ts'],
  '@noble/curves': ['src/core/image/signed/by-key.ts'],
  hyparquet: ['src/core/inputs/predictions', 'src/services/files/predictions-files.ts'],
  'hyparquet-compressors': ['src/core/inputs/predictions', 'src/services/files/predictions-files.ts'],
}

/** These start what their caller has made the environment for. */
const GIVEN_ONE = ['src/services/git/batch.ts']

/** Where an error passes without its name, and why it may. */
const SWALLOWING: Record<string, string> = {
  'bot/page/routes.ts': 'the page says that it could not be read',
  'bot/page/sign-in.ts': 'nobody is signed in, and the page says so',
  'bot/page/watchers.ts': 'nobody is told of what it is not known that they may read',
  'emulator/github-deploys.ts': 'the end of a queue: whoever waits for the work gets its error',
  'emulator/github/pulls/branches.ts': 'the end of a queue: whoever waits for the work gets its error',
  'scripts/build.ts': 'a file that is not there is written',
  'src/commands/watch.ts': 'the wait for the next round ends where the watch is ended',
  'src/forges/bare/clone.ts': 'the end of a queue: whoever waits for the work gets its error',
  'src/forges/gitlab/reading/memory.ts': 'what failed is not kept: whoever asked gets its error',
  'src/services/files/set-aside.ts': 'a file that cannot be found is none',
  'src/services/process/process.ts': 'the program is stopped: whoever waits for its output gets the error',
  'src/services/process/settled-within.ts': 'a pause that ended early',
}

/** Names of others that comments speak of, and whose they are. */
const FOREIGN: Record<string, string> = {
  arXiv: 'where papers lie',
  dbPassword: 'an example of a key',
  predictorImageTag: 'an example of a key',
  secretKeyRef: 'Kubernetes',
  secretName: 'Kubernetes',
  xUnit: 'the format that CIs read',
}

/** What core must not touch: it is pure. `createHash` and `inflateSync` are pure functions. */
const CORE_NODE = ['node:crypto', 'node:zlib']

/** What the world around says or does, however it is reached. */
const AMBIENT =
  /\bprocess\s*(?:\.|\[|\?)|= process\b|\bDate\.now\b|\bnew Date(?!\s*\(\s*[^\s)])|\bMath\.random\b|\bperformance\.|\brandomUUID\b|\brandomBytes\b|\bcrypto\.|\bfetch\(|\bset(?:Timeout|Interval|Immediate)\b|\bconsole\.|\.get(?:Hours|Minutes|Date|Day|Month|FullYear|TimezoneOffset)\(/

const files = ['src', 'cli', 'action', 'bot'].flatMap(sources)
/** What no bundle holds, and is kept as well. */
const beside = ['emulator', 'scripts'].flatMap(sources)

describe('architecture', () => {
  it.each(Object.keys(LAYERS))('%s imports only what lies below it', layer => {
    const wrong = [...files, ...beside]
      .filter(file => file.path.startsWith(`${layer}/`))
      .flatMap(file =>
        file.imports
          .filter(path => path.startsWith('.'))
          .map(path => ({ file: file.path, to: resolve(file.path, path) })),
      )
      .filter(({ to }) => !LAYERS[layer]!.some(allowed => to === allowed || to.startsWith(`${allowed}/`)))

    expect(wrong).toEqual([])
  })

  it.each(Object.keys(ROOMS))('has one order for the rooms of %s', layer => {
    const room = (path: string) => ROOMS[layer]!.indexOf(relative(layer, dirname(path)) || '.')
    const inside = files.filter(file => file.path.startsWith(`${layer}/`))
    const nowhere = inside.filter(({ path }) => room(path) < 0).map(({ path }) => path)
    const up = inside.flatMap(({ path, imports }) =>
      imports
        .filter(to => to.startsWith('.'))
        .map(to => resolve(path, to))
        .filter(to => to.startsWith(`${layer}/`) && room(to) > room(path))
        .map(to => `${path} → ${to}`),
    )

    expect([...nowhere, ...up]).toEqual([])
  })

  it('has no room of more than 20 files', () => {
    const rooms = Map.groupBy([...files, ...beside], ({ path }) => dirname(path))

    expect([...rooms].filter(([, inside]) => inside.length > 20).map(([room]) => room)).toEqual([])
  })

  it('imports each package in its one place', () => {
    const wrong = files.flatMap(file =>
      file.imports
        .filter(path => !path.startsWith('.') && !path.startsWith('node:'))
        .filter(path => !(PACKAGES[packageOf(path)] ?? []).some(place => isIn(file.path, place)))
        .map(path => `${file.path} → ${path}`),
    )

    expect(wrong).toEqual([])
  })

  it('says of each package why it is there', () => {
    const reasons = readFileSync('docs/decisions.md', 'utf8')
      .split('\n')
      .flatMap(line => (/^\| ([^|]+) \|/.exec(line)?.[1] ?? '').split(', '))

    expect(Object.keys(PACKAGES).filter(name => !reasons.includes(name))).toEqual([])
  })

  it('imports by names that can be read here', () => {
    const hidden = files.filter(({ text }) =>
      /\bimport\((?!\s*['"])|\bcreateRequire\b/.test(withoutComments(text).code),
    )

    expect(hidden.map(({ path }) => path)).toEqual([])
  })

  it('loads for a report neither the YAML parser nor what is trained, weighed and deployed by', () => {
    const loaded = new Set(['cli/start.ts', 'src/commands/report.ts', 'src/forges/github/connect.ts'])
    for (const path of loaded)
      for (const [, names = '', to = ''] of files
        .find(file => file.path === path)!
        .text.matchAll(/^(?:import|export) (?!type\b)([^'"]*?) from '(\.[^']+)'/gm))
        if (
          names
            .replace(/[{}]/g, '')
            .split(',')
            .some(name => /^\s*(?!type )\w/.test(name))
        )
          loaded.add(resolve(path, to))

    expect(loaded).toContain('src/core/verdict/result.ts')
    expect(
      [
        'src/core/yaml/documents.ts',
        'src/core/config/config.ts',
        'src/core/metrics/table/metrics.ts',
        'src/core/release/record.ts',
        'src/core/traffic/profile/profile.ts',
      ].filter(path => loaded.has(path)),
    ).toEqual([])
  })

  it('has no forge that knows another', () => {
    const forges = [...FORGE_NAMES, 'git']
    const across = forges.flatMap(forge =>
      files
        .filter(({ path }) => path.startsWith(`src/forges/${forge}/`))
        .flatMap(({ path, imports }) => imports.filter(to => to.startsWith('.')).map(to => resolve(path, to)))
        .filter(to => forges.some(other => other !== forge && to.startsWith(`src/forges/${other}/`))),
    )

    expect(across).toEqual([])
  })

  it('has one way to the YAML parser, which counts what it is given', () => {
    const parsing = /\b(parse|parseDocument|parseAllDocuments|Parser|Lexer|Composer)\b(?=[^'"]*from 'yaml')/
    const others = files
      .filter(file => file.imports.includes('yaml') && file.path !== 'src/core/yaml/documents.ts')
      .filter(file =>
        [...file.text.matchAll(/^import (?!type)[^'"]*?from 'yaml'/gm)].some(([line]) => parsing.test(line)),
      )
      .map(file => file.path)

    expect(others).toEqual([])
  })

  it('starts no program whose environment is not made in the one place', () => {
    const starting = files.filter(
      ({ imports, path }) =>
        path.startsWith('src/') && (imports.includes('node:child_process') || imports.includes('simple-git')),
    )
    const wrong = starting
      .filter(({ text }) =>
        /\b(?:spawn|spawnSync|exec|execSync|execFile|execFileSync|fork|simpleGit)\(/.test(text),
      )
      .filter(
        ({ imports, path }) =>
          !imports.some(to => to.endsWith('/child-environment.ts')) && !GIVEN_ONE.includes(path),
      )
      .map(({ path }) => path)

    expect(wrong).toEqual([])
  })

  it('lets no error pass that is not named', () => {
    const asking = files
      .filter(({ path, text }) => path !== 'src/core/errors/errors.ts' && /instanceof AssayError/.test(text))
      .map(({ path }) => path)
    const swallowed = [...files, ...beside].flatMap(({ path, text }) =>
      swallowedIn(text)
        .filter(({ how, tried }) => how === 'unnamed' || tried === 'else' || path.startsWith('src/commands/'))
        .filter(({ tried }) => tried !== 'file')
        .map(() => path),
    )

    expect(asking).toEqual([])
    expect(new Set(swallowed)).toEqual(new Set(Object.keys(SWALLOWING)))
  })

  it.each([
    ['try { await a() } catch {}', 'blind'],
    ['try { await a() } catch { return undefined }', 'blind'],
    ['try { await a() } catch (error) { return undefined }', 'blind'],
    ['a().catch(() => {})', 'blind'],
    ['a().catch(() => { return undefined })', 'blind'],
    ['a().catch(function () { return 1 })', 'blind'],
    ['a().then(b, () => undefined)', 'blind'],
    ['try { await a() } catch (error) { if (isAssayError(error)) return }', 'unnamed'],
    [
      'try { await a() } catch (error) { if (isAssayError(error)) { return undefined } throw error }',
      'unnamed',
    ],
    [
      'try { await a() } catch (error) { if (!isAssayError(error)) throw error; return undefined }',
      'unnamed',
    ],
    ['try { await a() } catch (error) { if (!isAssayError(error)) { throw error } }', 'unnamed'],
    ['a().catch(error => { if (!(error instanceof AssayError)) throw error })', 'unnamed'],
    ["try { await a() } catch (error) { if (!isAssayError(error, 'A')) throw error }", undefined],
    ['try { await a() } catch (error) { if (!isAssayError(error)) throw error; tell(error) }', undefined],
    ['try { await a() } catch { throw b() }', undefined],
    ['a().catch(error => tell(error))', undefined],
  ])('sees what passes in %s', (text, how) => {
    expect(swallowedIn(`async function f() { ${text} }`).map(found => found.how)).toEqual(how ? [how] : [])
  })

  it('keeps core pure: no files, environment, clock or chance', () => {
    const core = files.filter(file => file.path.startsWith('src/core/'))

    const modules = core.flatMap(file =>
      file.imports
        .filter(path => path.startsWith('node:') && !CORE_NODE.includes(path))
        .map(path => `${file.path} → ${path}`),
    )
    const ambient = core.filter(file => AMBIENT.test(withoutComments(file.text).code)).map(file => file.path)

    expect([...modules, ...ambient]).toEqual([])
  })

  it('is handed its environment by the faces', () => {
    const reading = files.filter(
      ({ path, text }) =>
        (path.startsWith('src/') || (path.startsWith('bot/') && path !== 'bot/main.ts')) &&
        /process\s*\??\.\s*env\b|process\s*\[|= process\b(?!\.)|from 'node:process'|\{[^}]*\benv\b[^}]*\} = process\b/.test(
          text,
        ),
    )

    expect(reading.map(({ path }) => path)).toEqual([])
  })

  it('casts to never where a package of others asks for more than is needed, and nowhere else', () => {
    const casting = files.filter(({ text }) => / as never\b/.test(text)).map(({ path }) => path)

    expect(casting).toEqual(['bot/hooks/github.ts'])
  })

  it('names no forge in core or targets', () => {
    const names = new RegExp(FORGE_NAMES.join('|'), 'i')
    const named = files
      .filter(file => file.path.startsWith('src/core/') || file.path.startsWith('src/targets/'))
      .filter(file => names.test(file.text.replaceAll(/https:\/\/github\.com\/assay-ml\S*/g, '')))
      .map(file => file.path)

    expect(named).toEqual([])
  })

  it('has no circular import', () => {
    const graph = new Map(
      [...files, ...beside].map(file => [
        file.path,
        file.imports.filter(path => path.startsWith('.')).map(path => resolve(file.path, path)),
      ]),
    )
    const cycles: string[] = []
    const done = new Set<string>()
    const visit = (path: string, trail: string[]): void => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
      else if (!done.has(path)) {
        for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
        done.add(path)
      }
    }

    for (const path of graph.keys()) visit(path, [])

    expect(cycles).toEqual([])
  })

  it('speaks in comments of names that are there', () => {
    const told = files.map(file => ({ path: file.path, ...withoutComments(file.text) }))
    const there = new Set(told.flatMap(({ code }) => code.match(/[A-Za-z_$][\w$]*/g) ?? []))
    const gone = told.flatMap(({ path, comments }) =>
      namesIn(comments)
        .filter(name => !there.has(name) && !Object.hasOwn(FOREIGN, name))
        .map(name => `${path}: ${name}`),
    )

    expect(gone).toEqual([])
  })

  it('has no file above 250 lines', () => {
    const long = [...files, ...beside]
      .filter(file => file.text.split('\n').length > 250)
      .map(file => file.path)

    expect(long).toEqual([])
  })
})

interface Source {
  path: string
  text: string
  imports: string[]
}

function sources(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => {
      const path = join(folder, name)
      const text = readFileSync(path, 'utf8')
      // Type-only imports are erased: they bind nothing at run time, but the direction of the arrows holds for them too.
      const imports = [
        ...text.matchAll(
          /^(?:import|export)\b[^'"]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\)|^import\s*['"]([^'"]+)['"]/gm,
        ),
      ].map(match => match[1] ?? match[2] ?? match[3]!)
      return { path, text, imports }
    })
}

/** Comments are lines of their own here, or end a line. */
function withoutComments(text: string): { code: string; comments: string } {
  const comments: string[] = []
  const code = text.replaceAll(/^ *(?:\/\*\*|\*|\/\/).*$| +\/\/ .*$/gm, comment => {
    if (!comment.includes('biome-ignore')) comments.push(comment)
    return ''
  })
  return { code, comments: comments.join('\n') }
}

/** `likeThis`, with or without the marks of code; `LikeThis` only with them, since products are written so too. */
function namesIn(comments: string): string[] {
  const text = comments.replaceAll(/https?:\/\/\S+/g, '')
  return [...text.matchAll(/(?<![\w.-])[a-z]+[A-Z]\w*(?![\w-])|(?<=`)[A-Z][a-z]+[A-Z]\w*(?=[`.(])/g)].map(
    ([name]) => name,
  )
}

function folders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => join(folder, name))
}

function isIn(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`)
}

function resolve(from: string, to: string): string {
  return normalize(join(dirname(from), to))
}

function packageOf(path: string): string {
  return path.startsWith('@') ? path.split('/').slice(0, 2).join('/') : path.split('/')[0]!
}
