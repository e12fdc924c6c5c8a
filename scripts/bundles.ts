import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type BuildOptions, build, type OutputAsset, type OutputChunk } from 'rolldown'
import { VERSION } from '../src/version.ts'
import { type Bundled, bundledPackages, licenseProblems, licensesText, readPackage } from './licenses.ts'
import { namedEndpoints } from './named-endpoints.ts'

/** What `npm run build` writes, by path from the root of the repository. */
export interface Bundles {
  files: Map<string, string>
  /** Why it must not be shipped: all reasons. Nothing is written where there is one. */
  problems: string[]
}

/**
 * The faces for `dist/` and the CLI once more for the Jenkins library, each with the licences of what is in it.
 *
 * @param library folder of the library's copy
 * @param alone that copy and nothing else
 */
export async function bundles(library: string, alone: boolean): Promise<Bundles> {
  const files = new Map<string, string>()
  const faces = alone ? { packages: [], problems: [] } : await dist(files)
  const copy = await jenkins(files, library)
  return { files, problems: [...new Set([...faces.problems, ...copy.problems])].sort() }
}

// --- internal ---

const ROOT = join(import.meta.dirname, '..')

const COMMON: BuildOptions = {
  cwd: ROOT,
  platform: 'node',
  logLevel: 'warn',
  write: false,
  transform: { target: 'node22', define: { 'import.meta.url': 'undefined' } },
}

/** For the faces that call GitHub by our own words alone: in the bot, Probot has its own. */
const OURS: BuildOptions = { ...COMMON, plugins: [namedEndpoints(ROOT)] }

const ONE_FILE = { format: 'cjs', minify: true, codeSplitting: false } as const

interface Checked {
  packages: Bundled[]
  problems: string[]
}

async function dist(files: Map<string, string>): Promise<Checked> {
  files.set('dist/package.json', '{ "type": "commonjs" }\n')
  // The action is one file: a runner loads it once, whole.
  const action = await bundle({ ...OURS, input: { action: 'action/main.ts' }, output: ONE_FILE })
  // The CLI is cut where it loads something only when used, so that it starts at once.
  const cli = await bundle({
    ...OURS,
    input: { cli: 'cli/main.ts' },
    output: { format: 'cjs', minify: true, chunkFileNames: 'cli/[name].js' },
  })
  // Probot would load a client of Redis by `eval` and npx; it is given none.
  const bot = await bundle({
    ...COMMON,
    input: { bot: 'bot/main.ts' },
    resolve: { alias: { 'npx-import-light': join(ROOT, 'scripts/no-npx.ts') } },
    checks: { eval: false },
    output: ONE_FILE,
  })
  return put(files, 'dist', [...action, ...cli, ...bot])
}

// A shared library hands out texts one by one: there the CLI is one file, with the line that it is checked by. `.cjs`, since it
// is run in places whose package.json is anybody's.
async function jenkins(files: Map<string, string>, folder: string): Promise<Checked> {
  const output = await bundle({
    ...OURS,
    input: { cli: 'cli/main.ts' },
    output: { ...ONE_FILE, entryFileNames: '[name].cjs' },
  })
  const checked = put(files, folder, output)
  const sha256 = createHash('sha256')
    .update(files.get(`${folder}/cli.cjs`)!)
    .digest('hex')
  files.set(`${folder}/cli.lock`, `${VERSION} ${sha256}\n`)
  return checked
}

type Output = (OutputChunk | OutputAsset)[]

async function bundle(options: BuildOptions): Promise<Output> {
  return (await build(options)).output
}

function put(files: Map<string, string>, folder: string, output: Output): Checked {
  for (const file of output)
    files.set(`${folder}/${file.fileName}`, file.type === 'chunk' ? file.code : String(file.source))
  const modules = output.flatMap(file => (file.type === 'chunk' ? Object.keys(file.modules) : []))
  const { packages, problems } = bundledPackages(ROOT, modules)
  files.set(`${folder}/licenses.txt`, licensesText(ownPackage(), packages))
  return { packages, problems: [...problems, ...licenseProblems(packages)] }
}

function ownPackage(): Bundled {
  return readPackage(ROOT, ['LICENSE', 'NOTICE'])
}
