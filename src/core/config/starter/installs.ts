import { fromFolder, inCommand } from './path-words.ts'
import { type Repository, within } from './repository.ts'

/** What a repository's commands need, as its own files say it. */

export interface Environment {
  /** The tool that made the lock file, and what stands before a command that is to run with its packages. */
  tool: string
  prefix: string
  /** The steps that install it, with the tool and a Python there. */
  install: string[]
  /** What is set up first. */
  setUp: ('python' | 'uv' | 'node' | 'pixi' | 'r' | 'task')[]
  /** The Python that is asked for. */
  python: string
  /** Text of the files that name packages. */
  packages: string
}

/** The environment of a model: of its own folder, else of the repository. */
export function environmentOf(repository: Repository, folder: string): Environment {
  const at = lockedAt(repository, folder)
  const row = ROWS.find(({ files }) => files.some(file => repository.files.includes(within(at, file))))
  const file = row?.files.find(file => repository.files.includes(within(at, file)))
  const texts = PACKAGE_FILES.map(name => repository.texts.get(within(at, name)) ?? '')
  return {
    tool: row?.tool ?? '',
    prefix: row?.prefix ?? '',
    install: [
      ...(row ? row.install(within(at, file!), at, isWorkspace(repository, at)) : []),
      // Requirements are not the package itself.
      ...(file?.startsWith('requirements') && isPackage(repository, at) ? [installOf(at)] : []),
    ],
    setUp: row?.setUp ?? [],
    python: pythonOf(repository, at),
    packages: texts.join('\n'),
  }
}

/**
 * Those of all models, each once; none where nothing is to be installed.
 *
 * @param places with the commands of each: what starts them may be in no file
 */
export function environmentsOf(
  repository: Repository,
  places: readonly { folder: string; runs: readonly string[] }[],
): Environment[] {
  const all = places
    .map(({ folder, runs }) => withStarters(environmentOf(repository, folder), runs))
    .filter(({ install, setUp }) => install.length > 0 || setUp.length > 0)
  return [...new Map(all.map(one => [[...one.setUp, ...one.install].join('\n'), one])).values()]
}

// --- internal ---

const PACKAGE_FILES = [
  'requirements.txt',
  'pyproject.toml',
  'environment.yml',
  'environment.yaml',
  'conda.yaml',
]

/** What starts commands and comes from PyPI by its own name. */
const STARTERS = ['dvc', 'invoke', 'nox', 'hatch', 'snakemake', 'kedro']

/** Programs that start commands and come by themselves, whatever else is installed. */
const PROGRAMS: { program: string; tool: Environment['setUp'][number] }[] = [
  { program: 'task', tool: 'task' },
  { program: 'pixi', tool: 'pixi' },
  { program: 'Rscript', tool: 'r' },
]

function withStarters(own: Environment, runs: readonly string[]): Environment {
  const starts = (tool: string) => runs.some(run => new RegExp(`(^|&& |\\()${tool} `).test(run))
  const more = PROGRAMS.filter(({ program, tool }) => starts(program) && !own.setUp.includes(tool))
  const environment = { ...own, setUp: [...own.setUp, ...more.map(({ tool }) => tool)] }
  const { prefix, install, setUp, packages } = environment
  // Into an environment of its own nothing comes that a lock file does not name.
  if (prefix !== '') return environment
  const started = STARTERS.filter(starts)
  const lacking = started.filter(tool => !new RegExp(`(?<![\\w.-])${tool}(?![\\w.\\]-])`).test(packages))
  if (lacking.length === 0) return environment
  return {
    ...environment,
    install: [...install, `pip install ${lacking.join(' ')}`],
    setUp: install.length === 0 ? [...setUp, 'python'] : setUp,
  }
}

/** The folder whose files say what is installed: the model's own, but for a member of a workspace that is locked above it. */
function lockedAt(repository: Repository, folder: string): string {
  const has = (at: string, file: string) => repository.files.includes(within(at, file))
  const own = ROWS.find(row => row.files.some(file => has(folder, file)))
  if (folder === '' || own === undefined) return ''
  return own.files.includes('pyproject.toml') && isWorkspace(repository, '') ? '' : folder
}

function isWorkspace({ texts }: Repository, folder: string): boolean {
  return /^\[tool\.uv\.workspace\]/m.test(texts.get(within(folder, 'pyproject.toml')) ?? '')
}

interface Row {
  files: string[]
  tool: string
  prefix: string
  setUp: Environment['setUp']
  install: (file: string, folder: string, isWorkspace: boolean) => string[]
}

function inFolder(folder: string, command: string): string[] {
  return [`${fromFolder(folder)}${command}`]
}

/** What locks comes before what lists. */
const ROWS: Row[] = [
  {
    files: ['pixi.lock'],
    tool: 'pixi',
    prefix: 'pixi run ',
    setUp: ['pixi'],
    install: (_, folder) => inFolder(folder, 'pixi install --locked'),
  },
  {
    files: ['uv.lock'],
    tool: 'uv',
    prefix: 'uv run ',
    setUp: ['uv'],
    install: (_, folder, isWorkspace) =>
      inFolder(folder, `uv sync --frozen${isWorkspace ? ' --all-packages' : ''}`),
  },
  {
    files: ['poetry.lock'],
    tool: 'poetry',
    prefix: 'poetry run ',
    setUp: ['python'],
    install: (_, folder) => ['pip install poetry', ...inFolder(folder, 'poetry install --no-interaction')],
  },
  {
    files: ['pdm.lock'],
    tool: 'pdm',
    prefix: 'pdm run ',
    setUp: ['python'],
    install: (_, folder) => ['pip install pdm', ...inFolder(folder, 'pdm sync')],
  },
  {
    files: ['Pipfile.lock'],
    tool: 'pipenv',
    prefix: 'pipenv run ',
    setUp: ['python'],
    install: (_, folder) => ['pip install pipenv', ...inFolder(folder, 'pipenv sync')],
  },
  {
    files: ['requirements.txt', 'requirements-lock.txt', 'requirements/base.txt'],
    tool: 'pip',
    prefix: '',
    setUp: ['python'],
    install: file => [`pip install -r ${inCommand(file)}`],
  },
  {
    files: ['environment.yml', 'environment.yaml', 'conda.yaml', 'conda.yml'],
    tool: 'conda',
    prefix: '',
    setUp: [],
    install: file => [`conda env update --name base --file ${inCommand(file)}`],
  },
  {
    files: ['pyproject.toml', 'setup.py', 'setup.cfg'],
    tool: 'pip',
    prefix: '',
    setUp: ['python'],
    install: (_, folder) => [installOf(folder)],
  },
  {
    files: ['renv.lock'],
    tool: 'renv',
    prefix: '',
    setUp: ['r'],
    install: (_, folder) =>
      inFolder(folder, `Rscript -e 'install.packages("renv"); renv::restore(prompt = FALSE)'`),
  },
  {
    files: ['package-lock.json'],
    tool: 'npm',
    prefix: '',
    setUp: ['node'],
    install: (_, folder) => inFolder(folder, 'npm ci'),
  },
]

function isPackage({ files, texts }: Repository, folder: string): boolean {
  const project = texts.get(within(folder, 'pyproject.toml')) ?? ''
  return files.includes(within(folder, 'setup.py')) || /^\[build-system\]/m.test(project)
}

function installOf(folder: string): string {
  return `pip install -e ${folder === '' ? '.' : inCommand(folder)}`
}

/** The version that the project asks for at least, else the one of our examples. */
function pythonOf({ texts }: Repository, folder: string): string {
  const pinned = texts.get(within(folder, '.python-version'))?.trim()
  const asked = /^\s*(?:requires-python|python)\s*=\s*["'][^"'\d]*(3\.\d+)/m.exec(
    texts.get(within(folder, 'pyproject.toml')) ?? '',
  )?.[1]
  const version = /^3\.\d+/.exec(pinned ?? '')?.[0] ?? asked
  return version !== undefined && Number(version.slice(2)) > 9 ? version : '3.12'
}
