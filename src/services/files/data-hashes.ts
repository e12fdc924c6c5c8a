import { createHash } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isAssayError } from '../../core/errors/errors.ts'
import { type FolderList, folderHash } from '../../core/inputs/dvc/folder-list.ts'
import { maskPersonalData } from '../../core/secrets/secrets.ts'
import { shortened, visible } from '../../core/text/visible-text.ts'
import { cacheOf, listIn } from './dvc-objects.ts'
import { type OpenFile, openInside, placeInside, readInside } from './files.ts'

/** Hashes of data as DVC makes them: of a file its md5, of a folder that of the list of its files. */

export interface HashedData {
  path: string
  hash?: { value: string; isLegacy: boolean }
  /** Only these of a folder. */
  within?: readonly string[]
}

/**
 * What is the matter with data in a folder, after its path (`is not there`); undefined where it is what its hash says. What leads
 * out of the folder is not read: a pull request must not have the md5 of another file told. Links to files are followed, and into
 * a cache of DVC anywhere; links to folders are not, as DVC does not hash what is behind them.
 */
export async function whyOtherData(folder: string, data: HashedData): Promise<string | undefined> {
  try {
    return await whyOther(folder, data)
  } catch (cause) {
    return whyUnread(cause)
  }
}

// --- internal ---

/** A folder as it lies there, and what in it has no hash. */
interface Members {
  list: FolderList
  unread: { name: string; why: string }[]
}

async function whyOther(folder: string, { path, hash, within }: HashedData): Promise<string | undefined> {
  if (!hash) return undefined
  if (hash.value.endsWith('.dir')) return whyOtherFolder(folder, path, hash, within)
  const own = await md5Of(folder, path, hash.isLegacy)
  const asked = shortened(visible(hash.value), 40)
  return own === hash.value ? undefined : `is another file: its md5 is ${own}, and not ${asked}`
}

/** @throws what is no fault of the data */
function whyUnread(cause: unknown): string {
  if (isMissing(cause)) return 'is not there'
  if (isAssayError(cause)) return `was not read: ${cause.problems[0]!.what.replace(/^refused: /, '')}`
  const { code, syscall } = cause as NodeJS.ErrnoException
  if (syscall === undefined) throw cause
  return `cannot be read (${code})`
}

function isMissing(cause: unknown): boolean {
  return isAssayError(cause) && cause.code === 'FILE_NOT_FOUND'
}

async function whyOtherFolder(
  folder: string,
  path: string,
  hash: NonNullable<HashedData['hash']>,
  within: readonly string[] | undefined,
): Promise<string | undefined> {
  const place = await placeInside(folder, path, 'data')
  if (!(await stat(place)).isDirectory()) return 'is no folder'
  if ((await lstat(join(folder, path))).isSymbolicLink()) return 'is a link to a folder, and DVC follows none'
  const isAsked = (name: string) =>
    within === undefined || within.some(one => name === one || name.startsWith(`${one}/`))
  const { list: own, unread } = await membersOf(folder, path, hash.isLegacy)
  const odd = unread.filter(({ name }) => isAsked(name)).map(({ name, why }) => `${shown(name)} ${why}`)
  if (odd.length > 0) return `has what no hash can hold: ${few(odd)}`
  if (folderHash(own) === hash.value) return undefined
  const listed = await listIn(cacheOf(folder), hash.value)
  if (!listed)
    return `is not the folder of ${visible(hash.value.slice(0, 8))}…, and DVC's cache does not say which files it has`
  const gone = [...listed.keys()].filter(name => isAsked(name) && !own.has(name))
  const other = [...listed].flatMap(([name, md5]) =>
    isAsked(name) && own.has(name) && own.get(name) !== md5 ? [name] : [],
  )
  const mayHoldMore = within !== undefined || (await ignoresAny(folder))
  const more = mayHoldMore ? [] : [...own.keys()].filter(name => !listed.has(name))
  const said = [
    ...(gone.length > 0 ? [`has no ${few(gone.map(shown))}`] : []),
    ...(other.length > 0 ? [`has another ${few(other.map(shown))}`] : []),
    ...(more.length > 0 ? [`has ${few(more.map(shown))} besides`] : []),
  ]
  return said.length > 0 ? said.join(', ') : undefined
}

/** Whether `.dvcignore` names anything: what it names is none of DVC's. `dvc init` writes one of comments alone. */
async function ignoresAny(folder: string): Promise<boolean> {
  const text = await readInside(folder, '.dvcignore', { maxBytes: 1024 * 1024 })
    .then(({ bytes }) => Buffer.from(bytes).toString())
    .catch(unlessGone)
  return (text ?? '').split('\n').some(line => /^\s*[^#\s]/.test(line))
}

function few(names: readonly string[]): string {
  const more = names.length - 3
  return `${names.slice(0, 3).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function shown(name: string): string {
  return visible(maskPersonalData(name))
}

function unlessGone(cause: unknown): undefined {
  if (!isMissing(cause)) throw cause
}

async function membersOf(folder: string, place: string, isLegacy: boolean): Promise<Members> {
  const list = new Map<string, string>()
  const unread: Members['unread'] = []
  const take = async (name: string, entry: Dirent): Promise<void> => {
    const path = join(place, name)
    if (entry.isDirectory()) return look(name)
    if (entry.isSymbolicLink() && (await leadsToFolder(join(folder, path))))
      unread.push({ name, why: 'is a link to a folder' })
    else list.set(name, await md5Of(folder, path, isLegacy))
  }
  const look = async (below: string): Promise<void> => {
    for (const entry of await readdir(join(folder, place, below), { withFileTypes: true })) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`
      try {
        await take(name, entry)
      } catch (cause) {
        // A link to nothing is no file.
        if (!isMissing(cause)) unread.push({ name, why: whyUnread(cause) })
      }
    }
  }
  await look('')
  return { list, unread }
}

async function leadsToFolder(link: string): Promise<boolean> {
  const found = await stat(link).catch(() => undefined)
  return found?.isDirectory() ?? false
}

/** @throws AssayError as `openInside` */
async function md5Of(folder: string, path: string, isLegacy: boolean): Promise<string> {
  try {
    return await hashOf(await openInside(folder, path, 'data'), isLegacy)
  } catch (cause) {
    const md5 = await md5OfObject(join(folder, path), isLegacy)
    if (md5 === undefined) throw cause
    return md5
  }
}

/**
 * Of a link into a cache of DVC outside of the repository (`cache.type: symlink`). An object there is called by its md5, so that
 * nothing is told that its name does not say.
 */
async function md5OfObject(link: string, isLegacy: boolean): Promise<string | undefined> {
  const real = await realpath(link).catch(() => '')
  const [, start, rest] = /[\\/]([0-9a-f]{2})[\\/]([0-9a-f]{30})$/.exec(real) ?? []
  if (start === undefined || rest === undefined) return undefined
  const md5 = await hashOf(await openInside(dirname(real), basename(real), 'data'), isLegacy)
  return md5 === start + rest ? md5 : undefined
}

/** Before 3.0, DVC took line ends of texts for `\n`. */
async function hashOf({ handle }: OpenFile, isLegacy: boolean): Promise<string> {
  const hash = createHash('md5')
  let isText: boolean | undefined
  let held = ''
  for await (const piece of handle.createReadStream() as AsyncIterable<Buffer>) {
    isText ??= isLegacy && looksLikeText(piece.subarray(0, 512))
    if (!isText) hash.update(piece)
    else {
      const text = held + piece.toString('latin1')
      held = text.endsWith('\r') ? '\r' : ''
      hash.update(text.slice(0, text.length - held.length).replaceAll('\r\n', '\n'), 'latin1')
    }
  }
  return hash.update(held, 'latin1').digest('hex')
}

/** As DVC tells: no zero byte, and at most three in ten that are no printable ASCII. */
function looksLikeText(bytes: Buffer): boolean {
  const odd = bytes.filter(byte => byte > 126 || (byte < 32 && !ODD_TEXT.includes(byte)))
  return !bytes.includes(0) && odd.length <= 0.3 * bytes.length
}

/** Backspace, tab, line feed, form feed, carriage return. */
const ODD_TEXT = [8, 9, 10, 12, 13]
