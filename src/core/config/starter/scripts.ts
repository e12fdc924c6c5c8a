import { fromFolder, inCommand } from './path-words.ts'
import { folderOf, nameOf } from './repository.ts'

/** Scripts of a repository: how one is started, and whether it can be started without more. */

/** The command that starts it from the folder, or from the repository where what it imports or writes lies there. */
export function startOf(
  file: string,
  from: { folder: string; texts: ReadonlyMap<string, string>; files: readonly string[] },
): string {
  const { folder } = from
  const inside = folder === '' ? file : file.slice(folder.length + 1)
  if (folder === '') return plainStart(inside, from)
  const text = from.texts.get(file) ?? ''
  if (importsOf(text).some(name => isAtRoot(name, folder, from.files)))
    return `python -m ${inCommand(moduleOf(file))}`
  if (text.includes(`${folder}/`)) return plainStart(file, from)
  return `${fromFolder(folder)}${plainStart(inside, { ...from, files: from.files.map(path => path.slice(folder.length + 1)) })}`
}

/** Whether a Python script asks for arguments that nobody here knows. */
export function needsArguments(text: string): boolean {
  return (
    // Of several commands one is to be named.
    (text.match(/^@\w+\.command\b/gm) ?? []).length > 1 ||
    /required\s*=\s*True|HfArgumentParser|LightningCLI|sys\.argv\[[1-9]|click\.argument|typer\.Argument/.test(
      text,
    ) ||
    [...text.matchAll(/add_argument\(\s*["']([^-"'][^"']*)["']([^)]*)/g)].some(
      ([, , rest]) => !/nargs\s*=\s*["'][?*]/.test(rest!),
    )
  )
}

/** The names that a script imports, their first parts. */
export function importsOf(python: string): string[] {
  return [...python.matchAll(/^[ \t]*(?:from|import)[ \t]+([A-Za-z_]\w*)/gm)].map(([, name]) => name!)
}

// --- internal ---

function plainStart(
  file: string,
  { texts, files }: { texts: ReadonlyMap<string, string>; files: readonly string[] },
): string {
  if (!file.endsWith('.py'))
    return `${RUNNERS.find(({ ending }) => ending.test(file))?.program ?? 'bash'} ${inCommand(file)}`
  const folder = folderOf(file)
  const isPackaged = folder !== '' && files.includes(`${folder}/__init__.py`)
  // Of a package that is installed, or whose parts name each other, the module is started.
  const isSrc = file.startsWith('src/') && folder !== 'src' && !files.includes('src/__init__.py')
  const isNamed =
    /^\s*from\s+\./m.test(texts.get(file) ?? '') ||
    importsOf(texts.get(file) ?? '').includes(folder.split('/')[0]!)
  return isPackaged && (isSrc || isNamed)
    ? `python -m ${inCommand(moduleOf(isSrc ? file.slice('src/'.length) : file))}`
    : `python ${inCommand(file)}`
}

function moduleOf(file: string): string {
  return file.replace(/\.py$/, '').replaceAll('/', '.')
}

/** A name that stands for a folder of the repository, and not for one beside the script. */
function isAtRoot(name: string, folder: string, files: readonly string[]): boolean {
  const isBeside = files.some(
    file => file === `${folder}/${name}.py` || file.startsWith(`${folder}/${name}/`),
  )
  return !isBeside && files.some(file => nameOf(file).endsWith('.py') && file.startsWith(`${name}/`))
}

const RUNNERS = [
  { ending: /\.sh$/, program: 'bash' },
  { ending: /\.[mc]?js$/, program: 'node' },
  { ending: /\.R$/, program: 'Rscript' },
  { ending: /\.jl$/, program: 'julia' },
]
