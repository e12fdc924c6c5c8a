import * as z from 'zod'
import type { Problem } from '../../errors/errors.ts'
import { readDocuments } from '../../yaml/documents.ts'
import { plainValue } from '../../yaml/plain-value.ts'

/** What DVC's own files (`*.dvc`, `dvc.lock`) say of data: which it is, and how large. */

export interface DataFile {
  path: string
  text: string
}

/** A file, or a folder with all that is in it, by its content. */
export interface TrackedData {
  /** From the folder of the repository; an address or an absolute path stays as it is. Not shortened. */
  path: string
  hash?: { kind: (typeof HASHES)[number]; value: string; isLegacy: boolean }
  bytes?: number
  /** How many files a folder holds. */
  files?: number
}

/** With the stage that reads or makes it, where a `dvc.lock` names it. */
export type OfStage = TrackedData & { stage?: string }

export interface DvcData {
  /** What it was made from and no stage of the file makes: data, and no code as far as the name tells. */
  inputs: OfStage[]
  /** What DVC brings. */
  outs: OfStage[]
}

/** Whether DVC writes this file, and it says which data there is. */
export function isDvcFile(path: string): boolean {
  return path.endsWith('.dvc') || nameOf(path) === 'dvc.lock'
}

/** What a `.dvc` file or a `dvc.lock` says, or why it cannot be read. */
export function readDvcFile({ path, text }: DataFile): DvcData | Problem {
  const { value = {}, fault, line } = parsed(text)
  if (fault !== undefined)
    return {
      what: fault,
      where: { file: path, line },
      fix: fault.includes('conflict markers')
        ? 'Keep one side (`git checkout --ours` or `--theirs`), let `dvc repro` write it again, and commit it.'
        : 'Let DVC write it again: `dvc repro` or `dvc add`, then commit it.',
    }
  const folder = path.split('/').slice(0, -1)
  const data = nameOf(path) === 'dvc.lock' ? dataOfLock(value, folder) : dataOfFile(value, folder)
  return (
    data ?? {
      what: 'it is not as DVC writes it: `outs` with `path` and a hash',
      fix: 'Name a `.dvc` file or `dvc.lock`.',
    }
  )
}

// --- internal ---

/** By what is in it, then by which object of a store it is: an etag says "the same object", not "the same bytes". */
const HASHES = ['md5', 'version_id', 'etag', 'checksum'] as const

const Hash = z.string().min(1).max(1024).optional()
const OfCloud = { etag: Hash, version_id: Hash }

/** DVC writes `hash: md5` beside the hash itself since 3.0; older files have the hash alone. */
const Piece = z.object({
  path: z.string().min(1).max(1024),
  md5: Hash,
  checksum: Hash,
  ...OfCloud,
  hash: z.string().max(40).optional(),
  size: z.int().nonnegative().optional(),
  nfiles: z.int().nonnegative().optional(),
  cloud: z.record(z.string(), z.object(OfCloud)).optional(),
  files: z.array(z.object({ size: z.int().nonnegative().optional() })).optional(),
})
type Piece = z.infer<typeof Piece>

const Pieces = z.array(Piece).default([])
const DvcFile = z.object({ outs: Pieces, deps: Pieces, wdir: z.string().max(1024).optional() })
const DvcLock = z.object({
  stages: z.record(z.string(), z.object({ outs: Pieces, deps: Pieces })).default({}),
})

/** Git has these, and whoever reads the data does not mean them. */
const CODE = /\.(py|ipynb|r|jl|sh|[cm]?[jt]sx?|rb|pl|lua|sql|go|rs|java|scala|c|h|cpp|hpp|cu)$|^Makefile$/i

function parsed(text: string): { value?: unknown; fault?: string; line?: number | undefined } {
  // DVC's own files name every stage and every file of the data: a few megabytes are possible.
  const { documents, faults } = readDocuments(text, { characters: 4 * 1024 * 1024, parts: 200_000 })
  const [fault] = faults
  if (fault)
    return {
      fault: fault.code === undefined ? fault.what : `it is no valid YAML: ${fault.what}`,
      line: fault.line,
    }
  const [document, second] = documents
  if (!document || second) return { fault: 'it is no valid YAML: multiple documents' }
  const plain = plainValue(document)
  return 'fault' in plain ? { fault: `it is no valid YAML: ${plain.fault}` } : { value: plain.value ?? {} }
}

function dataOfFile(value: unknown, folder: string[]): DvcData | undefined {
  const file = DvcFile.safeParse(value)
  if (!file.success) return undefined
  const { outs, deps, wdir = '.' } = file.data
  const at = (piece: Piece) => tracked(piece, fromFolder(folder, `${wdir}/${piece.path}`, piece.path))
  // What it was imported from has no hash of its own where another repository has it.
  return { inputs: deps.map(at).filter(({ hash }) => hash !== undefined), outs: outs.map(at) }
}

function dataOfLock(value: unknown, folder: string[]): DvcData | undefined {
  const lock = DvcLock.safeParse(value)
  if (!lock.success) return undefined
  const at = (piece: Piece) => tracked(piece, fromFolder(folder, piece.path))
  const stages = Object.entries(lock.data.stages)
  const outs = stages.flatMap(([stage, { outs }]) => outs.map(out => ({ ...at(out), stage })))
  const made = outs.map(({ path }) => path)
  const isOf = (path: string, out: string) => path === out || path.startsWith(`${out}/`)
  const inputs = stages
    .flatMap(([stage, { deps }]) => deps.map(dep => ({ ...at(dep), stage })))
    .filter(({ path }) => !made.some(out => isOf(path, out)) && !CODE.test(nameOf(path)))
  return { inputs, outs }
}

function tracked(piece: Piece, path: string): TrackedData {
  const { files, size, nfiles } = piece
  const sizes = files?.map(file => file.size ?? 0)
  const bytes = size ?? sizes?.reduce((sum, one) => sum + one, 0)
  const count = nfiles ?? sizes?.length
  const hash = hashOf(piece)
  return {
    path,
    ...(hash && { hash }),
    ...(bytes !== undefined && { bytes }),
    ...(count !== undefined && { files: count }),
  }
}

function hashOf(piece: Piece): TrackedData['hash'] {
  const [cloud] = Object.values(piece.cloud ?? {})
  const found = { ...cloud, ...piece }
  const kind = HASHES.find(name => found[name] !== undefined)
  return kind && { kind, value: found[kind]!, isLegacy: piece.hash === undefined }
}

/** Paths in a DVC file are relative to it. URLs and absolute paths stay as they are. */
function fromFolder(folder: string[], path: string, asWritten = path): string {
  if (/^([a-z][a-z0-9+.-]*:|[/\\])/i.test(asWritten)) return asWritten
  const parts = [...folder]
  for (const part of path.split('/'))
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  return parts.join('/')
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
