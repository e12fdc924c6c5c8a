import { createHash } from 'node:crypto'
import {
  appendFileSync,
  type BigIntStats,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { gitObjects } from './git-objects.ts'

/**
 * `git add --all` and `git commit` without a process, for a repository that only this has written to: objects, index, branch and
 * reflog are those that git itself writes, which quick-commit.test.ts holds. To start two programs from a process as large as a
 * worker costs more than most of what a test does.
 */
export interface QuickCommits {
  /** Undefined: something is there that is git's to judge. Nothing was written then, nor is anything the next time. */
  commit(message: string, person: string): string | undefined
}

export function quickCommits(folder: string): QuickCommits {
  const git = join(folder, '.git')
  const objects = gitObjects(git)
  let tracked = new Map<string, Entry>()
  let head: string | undefined
  let left: string | undefined = leftBy(git)

  /** What git would stage; undefined where that is not for us to say. */
  function staged(): Map<string, Entry> | undefined {
    const found = new Map<string, BigIntStats>()
    if (!scan(folder, '', found)) return undefined
    const ignored = ignoredBy(found.has('.gitignore') ? readFileSync(join(folder, '.gitignore'), 'utf8') : '')
    if (!ignored) return undefined
    const entries = new Map<string, Entry>()
    for (const [path, stat] of found) {
      const known = tracked.get(path)
      if (!known && ignored(path)) continue
      entries.set(path, known && isSame(known.stat, stat) ? known : entryOf(path, stat))
    }
    return entries
  }

  function entryOf(path: string, stat: BigIntStats): Entry {
    const file = join(folder, path)
    const isLink = stat.isSymbolicLink()
    const bytes = isLink ? Buffer.from(readlinkSync(file)) : readFileSync(file)
    const mode = isLink ? '120000' : stat.mode & 0o100n ? '100755' : '100644'
    return { mode, id: objects.write('blob', bytes), stat }
  }

  function treeOf(entries: [path: string, entry: Pick<Entry, 'mode' | 'id'>][]): string {
    const here = new Map<string, Pick<Entry, 'mode' | 'id'>>()
    const below = new Map<string, typeof entries>()
    for (const [path, entry] of entries) {
      const [name = '', rest] = path.split(/\/(.*)/s)
      if (rest === undefined) here.set(name, entry)
      else below.set(name, [...(below.get(name) ?? []), [rest, entry]])
    }
    for (const [name, inside] of below) here.set(name, { mode: '40000', id: treeOf(inside) })
    const key = ([name, { mode }]: [string, Pick<Entry, 'mode'>]) => (mode === '40000' ? `${name}/` : name)
    const sorted = [...here].sort((a, b) => Buffer.from(key(a)).compare(Buffer.from(key(b))))
    const raw = ([name, { mode, id }]: (typeof sorted)[number]) => [
      Buffer.from(`${mode} ${name}\0`),
      Buffer.from(id, 'hex'),
    ]
    return objects.write('tree', Buffer.concat(sorted.flatMap(raw)))
  }

  function written(entries: Map<string, Entry>, message: string, person: string): string {
    const tree = treeOf([...entries])
    const parent = head === undefined ? '' : `parent ${head}\n`
    const text = `tree ${tree}\n${parent}author ${person}\ncommitter ${person}\n\n${message}\n`
    const commit = objects.write('commit', Buffer.from(text))
    writeFileSync(join(git, 'index'), indexOf(entries))
    writeFileSync(join(git, 'refs/heads/main'), `${commit}\n`)
    const what = head === undefined ? 'commit (initial)' : 'commit'
    const line = `${head ?? '0'.repeat(40)} ${commit} ${person}\t${what}: ${message}\n`
    mkdirSync(join(git, 'logs/refs/heads'), { recursive: true })
    for (const log of ['logs/HEAD', 'logs/refs/heads/main']) appendFileSync(join(git, log), line)
    return commit
  }

  return {
    commit(message, person) {
      const entries = left !== undefined && leftBy(git) === left && isPlain(message) ? staged() : undefined
      left = undefined
      if (!entries) return undefined
      head = written(entries, message, person)
      tracked = entries
      left = leftBy(git)
      return head
    },
  }
}

// --- internal ---

interface Entry {
  mode: string
  id: string
  stat: BigIntStats
}

/** Whether somebody else was here can be told by these; a file of another kind in `.git` is git at work. */
function leftBy(git: string): string {
  const stamp = (name: string) => {
    const stat = statSync(join(git, name), { bigint: true, throwIfNoEntry: false })
    return stat ? `${stat.mtimeNs} ${stat.ino} ${stat.size}` : ''
  }
  const read = (name: string) => readFileSync(join(git, name), 'utf8')
  // What it is a clone of says nothing about a commit.
  const config = read('config').replaceAll(/^\[(?:remote|branch) .*\n(?:\t.*\n)*/gm, '')
  const names = readdirSync(git).filter(name => !OURS.has(name))
  const inside = ['info', 'hooks'].flatMap(name => readdirSync(join(git, name)))
  return [read('HEAD'), config, stamp('index'), stamp('refs/heads/main'), names, inside].join('|')
}

const OURS = new Set(['HEAD', 'config', 'index', 'objects', 'refs', 'logs', 'info', 'hooks'])

/** All that is no folder, by its path; false where git has more to say about it than its bytes. */
function scan(folder: string, below: string, found: Map<string, BigIntStats>): boolean {
  return readdirSync(join(folder, below), { withFileTypes: true }).every(entry => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (path === '.git') return true
    if (entry.isDirectory()) return entry.name !== '.git' && scan(folder, path, found)
    const isGits = entry.name.startsWith('.git') && path !== '.gitignore'
    if (isGits || !(entry.isFile() || entry.isSymbolicLink())) return false
    found.set(path, lstatSync(join(folder, path), { bigint: true }))
    return true
  })
}

/** By names alone; undefined where a pattern is more than that. */
function ignoredBy(text: string): ((path: string) => boolean) | undefined {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  if (!lines.every(line => /^\/?[\w.@-]+\/?$/.test(line))) return undefined
  return path => {
    const parts = path.split('/')
    return lines.some(line => {
      const name = line.replace(/^\//, '').replace(/\/$/, '')
      return parts.some(
        (part, at) =>
          part === name &&
          (!line.startsWith('/') || at === 0) &&
          (!line.endsWith('/') || at < parts.length - 1),
      )
    })
  }
}

function isPlain(message: string): boolean {
  return /^\S(.*\S)?$/.test(message)
}

function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return (
    a.mtimeNs === b.mtimeNs &&
    a.ctimeNs === b.ctimeNs &&
    a.ino === b.ino &&
    a.size === b.size &&
    a.mode === b.mode
  )
}

/** Version 2 of gitformat-index(5). */
function indexOf(entries: Map<string, Entry>): Buffer {
  const sorted = [...entries].sort(([a], [b]) => Buffer.from(a).compare(Buffer.from(b)))
  const header = Buffer.alloc(12)
  header.write('DIRC')
  header.writeUInt32BE(2, 4)
  header.writeUInt32BE(sorted.length, 8)
  const whole = Buffer.concat([header, ...sorted.map(([path, entry]) => indexEntry(path, entry))])
  return Buffer.concat([whole, createHash('sha1').update(whole).digest()])
}

function indexEntry(path: string, { mode, id, stat }: Entry): Buffer {
  const name = Buffer.from(path)
  const bytes = Buffer.alloc((62 + name.length + 8) & ~7)
  const second = 1_000_000_000n
  const numbers = [
    ...[stat.ctimeNs, stat.mtimeNs].flatMap(time => [time / second, time % second]),
    ...[stat.dev, stat.ino, BigInt(Number.parseInt(mode, 8)), stat.uid, stat.gid, stat.size],
  ]
  for (const [at, number] of numbers.entries()) bytes.writeUInt32BE(Number(number & 0xffff_ffffn), 4 * at)
  bytes.write(id, 40, 'hex')
  bytes.writeUInt16BE(Math.min(name.length, 0xfff), 60)
  name.copy(bytes, 62)
  return bytes
}
