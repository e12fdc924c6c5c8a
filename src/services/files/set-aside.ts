import { constants } from 'node:fs'
import {
  copyFile,
  lstat,
  mkdir,
  readdir,
  readlink,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { AssayError } from '../../core/errors/errors.ts'
import { filesOfPattern } from './pattern-files.ts'

/**
 * Files put out of the way of a command, so that what lies there afterwards is what the command wrote: a time of change proves
 * nothing (a copy may keep an old one). They lie in a folder of their own in the working tree, each moved in one step, so that
 * whatever is killed, nothing is lost: the next `setAside` under the same key puts back what it finds there.
 */
export interface SetAside {
  /** The files where something lay. */
  had: ReadonlySet<string>
  /** The files where something lies now. */
  written(): Promise<Set<string>>
  /** Takes away what was written, so that the next command has to write it again. */
  clear(): Promise<void>
  /** Puts everything back that was not written anew; after a failure all of it. Files that were replaced are gone then. */
  end(how: 'done' | 'failed'): Promise<void>
}

/**
 * Puts files aside. Of a link inside the folder the file that it leads to goes, so that the link still leads there; a link out
 * of it, a folder or a device stays: none of them is ever read.
 *
 * @param paths also patterns: whatever is of one then and later
 * @param except files of them that stay, and are none of what is written
 * @param key names the folder that they are kept in, `.assay-aside-<key>`; a name without separators
 * @throws AssayError `OUTPUT_NOT_SET_ASIDE` with every file that the system does not let go; the others are put back
 */
export async function setAside(
  folder: string,
  key: string,
  paths: readonly string[],
  except: readonly string[] = [],
): Promise<SetAside> {
  const root = await realpath(folder)
  const lying = () => [
    ...new Set(paths.flatMap(path => filesOfPattern(root, path)).filter(path => !except.includes(path))),
  ]
  const store = join(root, `.assay-aside-${key}`)
  await recover(store, root)
  const all = lying()
  const moved: string[] = []
  const had = new Set<string>()
  const refused: { path: string; cause: unknown }[] = []
  for (const path of all) {
    const real = await realPathIn(root, path)
    if (real === undefined) continue
    had.add(path)
    if (moved.includes(real)) continue
    try {
      await open(store)
      await move(join(root, real), join(store, real))
      moved.push(real)
    } catch (cause) {
      refused.push({ path, cause })
    }
  }
  if (refused.length > 0) {
    await putBack(store, root, moved, true)
    throw notSetAside(refused)
  }
  return {
    had,
    written: async () => new Set(lying()),
    async clear() {
      for (const path of lying()) {
        const real = await realPathIn(root, path)
        if (real !== undefined) await rm(join(root, real), { force: true })
      }
    },
    end: how => putBack(store, root, moved, how === 'failed'),
  }
}

// --- internal ---

/** The file itself, relative to the folder; undefined where there is none that would be read. */
async function realPathIn(root: string, path: string): Promise<string | undefined> {
  try {
    const real = await realpath(join(root, path))
    if (!real.startsWith(root + sep) || !(await stat(real)).isFile()) return undefined
    const inside = relative(root, real)
    if (!/(^|[/\\])\.(dvc|git)[/\\]/.test(inside)) return inside
    // A link into the cache of DVC: the cache is no output, the link is.
    return join(relative(root, await realpath(dirname(join(root, path)))), path.split('/').at(-1)!)
  } catch {
    return undefined
  }
}

/** Makes the folder, which git does not see. */
async function open(store: string): Promise<void> {
  await mkdir(store, { recursive: true })
  await writeFile(join(store, '.gitignore'), '*\n')
}

/** In one step; where the two paths are on two disks, whole before the old one goes. */
async function move(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    const whole = `${to}.part`
    await rm(whole, { force: true })
    if ((await lstat(from)).isSymbolicLink()) await symlink(await readlink(from), whole)
    else await copyFile(from, whole, constants.COPYFILE_FICLONE)
    await rename(whole, to)
    await rm(from)
  }
}

async function putBack(
  store: string,
  root: string,
  paths: readonly string[],
  replacing: boolean,
): Promise<void> {
  for (const path of paths) {
    const [kept, own] = [join(store, path), join(root, path)]
    const isThere = await lstat(own).catch(() => undefined)
    if (!isThere || (replacing && !isThere.isDirectory())) await move(kept, own)
    else if (!replacing) await rm(kept, { force: true })
  }
  await removeEmpty(store)
}

/** What a run that was killed left here. Where something new lies in its place nobody knows which is meant: both stay. */
async function recover(store: string, root: string): Promise<void> {
  const entries = await readdir(store, { recursive: true, withFileTypes: true }).catch(() => [])
  const paths = entries
    .filter(entry => !entry.isDirectory())
    .map(entry => relative(store, join(entry.parentPath, entry.name)))
    .filter(path => path !== '.gitignore' && !/\.(part|kept-\d+)$/.test(path))
  for (const path of paths) {
    const own = join(root, path)
    if (!(await lstat(own).catch(() => undefined))) await move(join(store, path), own)
    else await rename(join(store, path), await freeName(join(store, path)))
  }
  await removeEmpty(store)
}

async function freeName(path: string): Promise<string> {
  for (let number = 1; ; number++)
    if (!(await lstat(`${path}.kept-${number}`).catch(() => undefined))) return `${path}.kept-${number}`
}

/** Folders of which nothing is left; the store itself with its own file. */
async function removeEmpty(store: string): Promise<void> {
  const entries = await readdir(store, { recursive: true, withFileTypes: true }).catch(() => [])
  const folders = entries
    .filter(entry => entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name))
  for (const folder of folders.sort((a, b) => b.length - a.length)) await rmdir(folder).catch(() => {})
  const left = await readdir(store).catch(() => [])
  if (left.length === 1 && left[0] === '.gitignore') await rm(store, { recursive: true, force: true })
}

function notSetAside(refused: { path: string; cause: unknown }[]): AssayError {
  return new AssayError({
    code: 'OUTPUT_NOT_SET_ASIDE',
    title: 'An old output could not be put out of the way of the command that is to write it',
    problems: refused.map(({ path, cause }) => ({
      what: `the system refused to move it (${(cause as NodeJS.ErrnoException).code ?? 'unknown'})`,
      where: { file: path },
      fix: 'remove it, or look at the permissions of its folder: left there, nobody could tell it from a new one',
    })),
    worked: 'nothing was run',
  })
}
