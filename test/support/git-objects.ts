import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { deflateSync, inflateSync } from 'node:zlib'
import { gitEnvironment } from './git-repository.ts'

/**
 * Objects and branches of a bare repository, read and written where they lie, in git's own format: a process for each would
 * cost more than all else that a test does. What lies in a pack is asked of git; branches are moved by git alone.
 */
export interface GitObjects {
  /** Undefined where there is none. */
  read(id: string): { type: string; bytes: Buffer } | undefined
  /** Writes an object and returns its id. */
  write(type: string, bytes: Buffer): string
  /** Entries of a tree in git's order. */
  entries(tree: string): TreeEntry[]
  /** The tree with these files in it; undefined deletes, and a folder without files is none. */
  withFiles(tree: string | undefined, files: Map<string, FileContent | undefined>): string
  /** Branches and the commits they point to, by name. */
  branches(): Map<string, string>
  /** The commit that a branch points to. */
  branch(name: string): string | undefined
  /** The same of any ref, by its whole name; of one that nobody has packed. */
  ref(name: string): string | undefined
}

export interface TreeEntry {
  /** Six digits. */
  mode: string
  name: string
  id: string
}

export interface FileContent {
  mode: string
  bytes: Buffer
}

export function gitObjects(folder: string, format: 'sha1' | 'sha256' = 'sha1'): GitObjects {
  const size = format === 'sha1' ? 20 : 32
  const placeOf = (id: string) => join(folder, 'objects', id.slice(0, 2), id.slice(2))
  const objects: GitObjects = {
    read(id) {
      if (!existsSync(placeOf(id))) return packed(folder, id)
      const whole = inflateSync(readFileSync(placeOf(id)))
      const end = whole.indexOf(0)
      return { type: whole.subarray(0, whole.indexOf(32)).toString(), bytes: whole.subarray(end + 1) }
    },
    write(type, bytes) {
      const whole = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes])
      const id = createHash(format).update(whole).digest('hex')
      if (existsSync(placeOf(id))) return id
      mkdirSync(dirname(placeOf(id)), { recursive: true })
      writeFileSync(placeOf(id), deflateSync(whole))
      return id
    },
    entries(tree) {
      const { bytes } = objects.read(tree)!
      const found: TreeEntry[] = []
      for (let at = 0; at < bytes.length; ) {
        const end = bytes.indexOf(0, at)
        const [mode = '', name = ''] = bytes.subarray(at, end).toString().split(/ (.*)/s)
        at = end + 1 + size
        found.push({ mode: mode.padStart(6, '0'), name, id: bytes.subarray(end + 1, at).toString('hex') })
      }
      return found
    },
    withFiles(tree, files) {
      const entries = new Map((tree ? objects.entries(tree) : []).map(entry => [entry.name, entry]))
      const below = new Map<string, Map<string, FileContent | undefined>>()
      for (const [path, file] of files) {
        const [name = '', rest] = path.split(/\/(.*)/s)
        if (rest !== undefined) below.set(name, (below.get(name) ?? new Map()).set(rest, file))
        else if (file) entries.set(name, { mode: file.mode, name, id: objects.write('blob', file.bytes) })
        else entries.delete(name)
      }
      for (const [name, inside] of below) {
        const known = entries.get(name)
        const id = objects.withFiles(known?.mode === FOLDER ? known.id : undefined, inside)
        if (objects.entries(id).length > 0) entries.set(name, { mode: FOLDER, name, id })
        else entries.delete(name)
      }
      // Folders are sorted as if their names ended in a slash.
      const key = ({ mode, name }: TreeEntry) => Buffer.from(mode === FOLDER ? `${name}/` : name)
      const sorted = [...entries.values()].sort((a, b) => key(a).compare(key(b)))
      return objects.write('tree', Buffer.concat(sorted.map(rawEntry)))
    },
    branches() {
      const heads = join(folder, 'refs/heads')
      const loose = existsSync(heads) ? readdirSync(heads, { recursive: true, withFileTypes: true }) : []
      const names = loose
        .filter(entry => entry.isFile() && !entry.name.endsWith('.lock'))
        .map(({ parentPath, name }) => join(parentPath, name).slice(heads.length + 1))
      const known = new Map(packedBranches(folder))
      for (const name of names) {
        const commit = looseBranch(folder, name)
        if (commit) known.set(name, commit)
      }
      return new Map([...known].sort(([a], [b]) => (a < b ? -1 : 1)))
    },
    ref: name => looseRef(folder, name),
    branch: name => looseBranch(folder, name) ?? packedBranches(folder).get(name),
  }
  return objects
}

// --- internal ---

const FOLDER = '040000'

function rawEntry({ mode, name, id }: TreeEntry): Buffer {
  return Buffer.concat([Buffer.from(`${mode.replace(/^0/, '')} ${name}\0`), Buffer.from(id, 'hex')])
}

function packed(folder: string, id: string): ReturnType<GitObjects['read']> {
  const options = { cwd: folder, env: gitEnvironment(), input: `${id}\n`, maxBuffer: 1 << 28 }
  const printed = execFileSync('git', ['cat-file', '--batch'], options)
  const start = printed.indexOf('\n') + 1
  const [, type = '', size] = printed.subarray(0, start).toString().trim().split(' ')
  if (size === undefined) return undefined
  return { type, bytes: printed.subarray(start, start + Number(size)) }
}

function looseBranch(folder: string, name: string): string | undefined {
  return looseRef(folder, `refs/heads/${name}`)
}

function looseRef(folder: string, name: string): string | undefined {
  if (name.split('/').includes('..')) return undefined
  try {
    return readFileSync(join(folder, name), 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}

function packedBranches(folder: string): Map<string, string> {
  const file = join(folder, 'packed-refs')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  const found = lines
    .map(line => /^([0-9a-f]+) refs\/heads\/(.+)$/.exec(line))
    .filter(match => match !== null)
  return new Map(found.map(([, commit, name]) => [name!, commit!]))
}
