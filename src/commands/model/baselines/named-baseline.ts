import { existsSync, statSync } from 'node:fs'
import { delimiter, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { AssayError } from '../../../core/errors/errors.ts'
import { isCommitPath } from '../../../core/git/names.ts'
import { didYouMean } from '../../../core/text/nearest.ts'
import { listInside } from '../../../services/files/files.ts'
import type { Context } from '../../command/context.ts'
import type { Project } from '../../project/project.ts'
import type { ChampionSource } from './champion.ts'

/**
 * What `--baseline` names: a folder when there is one of that name, here or at the base, and a command otherwise. One word that is
 * neither is a mistake, which is told before hours of training.
 *
 * @throws AssayError `USAGE`
 */
export async function namedBaseline(
  { folder, env }: Pick<Context, 'folder' | 'env'>,
  { repository, base }: Pick<Project, 'repository' | 'base'>,
  baseline: string,
): Promise<ChampionSource> {
  const place = resolve(folder, baseline)
  const path = relative(folder, place).split(sep).join('/')
  const isInside = path !== '' && !isAbsolute(path) && path.split('/')[0] !== '..'
  const isHere = statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false
  const isAtBase =
    !isHere && isInside && base !== undefined && isCommitPath(path)
      ? ((await repository?.listFilesAt(base, path)) ?? []).length > 0
      : false
  if (isHere || isAtBase) {
    if (isInside) return { path }
    throw noBaseline("The champion's folder is not below the repository", {
      what: `\`${baseline}\` is outside of it`,
      fix: 'copy it into the repository and name it from there with --baseline',
    })
  }
  if (!WORD.test(baseline) || isProgram(folder, baseline, env.PATH)) return { run: baseline, timeout: '6h' }
  const where = base === undefined ? '' : ', here or at the base,'
  throw noBaseline('The champion to compare with is not there', {
    what: `\`${baseline}\` is neither a folder${where} nor a command`,
    fix:
      didYouMean(path, isInside ? await foldersBeside(folder, path) : []) ??
      "name a folder with the champion's files with --baseline, or a command that evaluates its model",
  })
}

// --- internal ---

/** Nothing in it means anything to a shell: it could only be a path or the name of a program. */
const WORD = /^[\w./@:+-]+$/

function isProgram(folder: string, word: string, path = ''): boolean {
  const places = word.includes('/')
    ? [resolve(folder, word)]
    : path.split(delimiter).map(part => join(part, word))
  return places.some(isExecutable)
}

function isExecutable(file: string): boolean {
  if (!existsSync(file)) return false
  const stats = statSync(file)
  return stats.isFile() && (stats.mode & 0o111) !== 0
}

/** Folders that could have been meant: those in the folder that it would lie in. */
async function foldersBeside(folder: string, path: string): Promise<string[]> {
  const parent = dirname(path)
  const entries = await listInside(folder, parent)
  return entries
    .filter(entry => entry.isDirectory())
    .map(({ name }) => (parent === '.' ? name : `${parent}/${name}`))
}

function noBaseline(title: string, problem: { what: string; fix: string }): AssayError {
  return new AssayError({ code: 'USAGE', title, problems: [problem] })
}
