import type { Problem } from '../errors/errors.ts'
import { matchesAny } from '../git/paths.ts'
import { tidyPath } from '../text/relative-path.ts'
import { shortened, visible } from '../text/visible-text.ts'
import type { ImageFile } from './layers.ts'

/** What lies in the repository below a folder that a glob names. */
export interface FoundFile {
  path: string
  /** In bytes. */
  size: number
  /** What it is where it is no file that could be packaged. */
  no?: 'broken link' | 'link to a folder' | 'special file'
}

/** Where the files of a glob are looked for: the folders before its first wildcard, `''` for the whole repository. */
export function folderOf(glob: string): string {
  const parts = tidyPath(glob).split('/')
  const wild = parts.findIndex(part => /[*?[\]{}()!+@]/.test(part))
  return parts.slice(0, wild < 0 ? parts.length : wild).join('/')
}

/** Globs that name files, without those that leave some out (`!…`). */
export function wantedGlobs(globs: readonly string[]): string[] {
  return globs.filter(glob => !glob.startsWith('!'))
}

/** Whether a glob of `package.files` names a path. */
export function isMatching(path: string, glob: string, without: readonly string[] = []): boolean {
  return matchesAny(path, [tidyPath(glob), ...without])
}

/**
 * Which files go into the image, and where they lie there: below the folder of the first glob that has them, by their name where
 * they are named themselves.
 *
 * @param found files of the repository below the folders of the globs
 */
export function placeFiles(
  globs: readonly string[],
  found: readonly FoundFile[],
): { files: ImageFile[]; problems: Problem[] } {
  const problems: Problem[] = []
  const files = new Map<string, ImageFile>()
  const without = globs.filter(glob => glob.startsWith('!'))
  for (const glob of wantedGlobs(globs)) {
    const folder = folderOf(glob)
    const matching = found.filter(({ path, no }) => no === undefined && isMatching(path, glob, without))
    if (matching.length === 0) problems.push(noFile(glob))
    for (const { path, size } of matching) {
      if (files.has(path)) continue
      const place =
        path === folder
          ? path.slice(path.lastIndexOf('/') + 1)
          : path.slice(folder === '' ? 0 : folder.length + 1)
      files.set(path, { path, place, size })
    }
  }
  const left = found.filter(one => one.no !== undefined && globs.some(glob => isMeant(one, glob, without)))
  return {
    files: [...files.values()],
    problems: [...problems, ...left.map(noPackaged), ...collisions([...files.values()])],
  }
}

// --- internal ---

/** Whether a glob names it, or, of a link to a folder, may name what lies behind it. */
function isMeant({ path, no }: FoundFile, glob: string, without: readonly string[]): boolean {
  if (glob.startsWith('!')) return false
  if (isMatching(path, glob, without)) return true
  if (no !== 'link to a folder' || !isMatching(path, '**', without)) return false
  const [depth, parts] = [path.split('/').length, tidyPath(glob).split('/')]
  const any = parts.indexOf('**')
  const above = any >= 0 && any < depth ? parts.slice(0, any + 1) : parts.slice(0, depth)
  return above.length < parts.length && isMatching(path, above.join('/'))
}

const FIXES: Readonly<Record<NonNullable<FoundFile['no']>, string>> = {
  'broken link': 'bring what it leads to (`dvc pull`?), remove it, or leave it out by `!…`',
  'link to a folder': 'name the folder that it leads to, or leave it out by `!…`',
  'special file': 'leave it out by `!…`: only files have bytes that can be packaged',
}

function noPackaged({ path, no }: FoundFile): Problem {
  return { what: `\`package.files\`: ${shown(path)} is a ${no}, and is not packaged`, fix: FIXES[no!] }
}

function noFile(glob: string): Problem {
  return {
    what: `\`package.files\`: no file matches ${shown(glob)}`,
    fix: 'check the path, and that training writes it before this',
  }
}

/** Two files at one place, or a file where another has a folder. */
function collisions(files: readonly ImageFile[]): Problem[] {
  const at = new Map<string, string>()
  const problems: Problem[] = []
  for (const { path, place } of files) {
    const other = at.get(place)
    if (other !== undefined)
      problems.push({
        what: `\`package.files\`: ${shown(other)} and ${shown(path)} would both be /models/${visible(place)}`,
        fix: 'name the folder above them, or leave one out by `!…`',
      })
    else at.set(place, path)
  }
  for (const { path, place } of files) {
    const above = place
      .split('/')
      .slice(0, -1)
      .map((_, index, parts) => parts.slice(0, index + 1).join('/'))
    const file = above.find(folder => at.has(folder))
    if (file !== undefined)
      problems.push({
        what: `\`package.files\`: ${shown(path)} would lie below ${shown(at.get(file)!)}, which is a file`,
        fix: 'name the folder above them, or leave one out by `!…`',
      })
  }
  return problems
}

function shown(text: string): string {
  return `\`${shortened(visible(text), 200)}\``
}
