import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type FolderList, folderHash, folderList } from '../../core/inputs/dvc/folder-list.ts'
import { unlessMissing } from './files.ts'

/** Hashes of data as DVC makes them: of a file its md5, of a folder that of the list of its files. */

export interface HashedData {
  path: string
  hash?: { value: string; isLegacy: boolean }
  /** Only these of a folder. */
  within?: readonly string[]
}

/**
 * What is the matter with data in a folder, after its path (`is not there`); undefined where it is what its hash says. Links
 * are followed: DVC makes them into its cache.
 */
export async function whyOtherData(
  folder: string,
  { path, hash, within }: HashedData,
): Promise<string | undefined> {
  if (!hash) return undefined
  const place = join(folder, path)
  const found = await stat(place).catch(unlessMissing)
  if (!found) return 'is not there'
  const isFolder = hash.value.endsWith('.dir')
  if (found.isDirectory() !== isFolder || !(found.isDirectory() || found.isFile()))
    return `is no ${isFolder ? 'folder' : 'file'}`
  if (!isFolder) {
    const own = await hashOf(place, hash.isLegacy)
    return own === hash.value ? undefined : `is another file: its md5 is ${own}, and not ${hash.value}`
  }
  return whyOtherFolder(folder, place, hash, within)
}

// --- internal ---

async function whyOtherFolder(
  folder: string,
  place: string,
  hash: NonNullable<HashedData['hash']>,
  within: readonly string[] | undefined,
): Promise<string | undefined> {
  const own = await membersOf(place, hash.isLegacy)
  if (folderHash(own) === hash.value) return undefined
  const listed = await listIn(folder, hash.value)
  if (!listed)
    return `is not the folder of ${hash.value.slice(0, 8)}…, and DVC's cache does not say which files it has`
  const isAsked = (name: string) =>
    within === undefined || within.some(one => name === one || name.startsWith(`${one}/`))
  const gone = [...listed.keys()].filter(name => isAsked(name) && !own.has(name))
  const other = [...listed].flatMap(([name, md5]) =>
    isAsked(name) && own.has(name) && own.get(name) !== md5 ? [name] : [],
  )
  const mayHoldMore = within !== undefined || (await ignoresAny(folder))
  const more = mayHoldMore ? [] : [...own.keys()].filter(name => !listed.has(name))
  const said = [
    ...(gone.length > 0 ? [`has no ${few(gone)}`] : []),
    ...(other.length > 0 ? [`has another ${few(other)}`] : []),
    ...(more.length > 0 ? [`has ${few(more)} besides`] : []),
  ]
  return said.length > 0 ? said.join(', ') : undefined
}

/** Whether `.dvcignore` names anything: what it names is none of DVC's. `dvc init` writes one of comments alone. */
async function ignoresAny(folder: string): Promise<boolean> {
  const text = await readFile(join(folder, '.dvcignore'), 'utf8').catch(unlessMissing)
  return (text ?? '').split('\n').some(line => /^\s*[^#\s]/.test(line))
}

function few(names: readonly string[]): string {
  const more = names.length - 3
  return `${names.slice(0, 3).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

async function membersOf(place: string, isLegacy: boolean): Promise<FolderList> {
  const members = new Map<string, string>()
  const look = async (below: string): Promise<void> => {
    for (const name of await readdir(join(place, below))) {
      const path = below === '' ? name : `${below}/${name}`
      const found = await stat(join(place, path)).catch(unlessMissing)
      if (found?.isDirectory()) await look(path)
      else if (found?.isFile()) members.set(path, await hashOf(join(place, path), isLegacy))
    }
  }
  await look('')
  return members
}

/** The list that DVC keeps of a folder, where it is whole. */
async function listIn(folder: string, value: string): Promise<FolderList | undefined> {
  if (!/^[0-9a-f]{32}\.dir$/.test(value)) return undefined
  for (const cache of ['files/md5/', '']) {
    const place = join(folder, `.dvc/cache/${cache}${value.slice(0, 2)}/${value.slice(2)}`)
    const bytes = await readFile(place).catch(unlessMissing)
    const list = bytes && folderList(bytes, value)
    if (list) return list
  }
  return undefined
}

/** Before 3.0, DVC took line ends of texts for `\n`. */
async function hashOf(file: string, isLegacy: boolean): Promise<string> {
  const hash = createHash('md5')
  let isText: boolean | undefined
  let held = ''
  for await (const piece of createReadStream(file) as AsyncIterable<Buffer>) {
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
