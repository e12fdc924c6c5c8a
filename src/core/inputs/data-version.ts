import { createHash } from 'node:crypto'
import * as z from 'zod'
import { AssayError, type Problem } from '../errors/errors.ts'
import { formatCount } from '../text/numbers.ts'
import { shortened, visible } from '../text/visible-text.ts'
import { readDocuments } from '../yaml/documents.ts'
import { plainValue } from '../yaml/plain-value.ts'

export interface DataFile {
  path: string
  text: string
}

/**
 * Which data a version was made with, one line for each piece, in the order of the files: `data/train.csv md5 1a2b…` for what
 * DVC tracks (`*.dvc` and `dvc.lock`, hash in full: it is the data's address in DVC's storage), `params.yaml sha256 1a2b…`
 * (12 digits) for other files.
 *
 * @throws AssayError DATA_VERSION_INVALID with every DVC file that cannot be read
 */
export function dataVersions(files: readonly DataFile[]): string[] {
  const problems: Problem[] = []
  const lines = files.flatMap(file => {
    if (!isDvcFile(file.path)) return [`${file.path} sha256 ${shortHash(file.text)}`]
    const tracked = trackedBy(file)
    if (Array.isArray(tracked)) return tracked
    problems.push({ where: { file: file.path }, ...tracked })
    return []
  })
  if (problems.length === 0) return withoutExcess([...new Set(lines)])
  throw new AssayError({
    code: 'DATA_VERSION_INVALID',
    title: 'A file that tells the version of the data cannot be read',
    problems,
  })
}

// --- internal ---

const MAX_LINES = 100
const HASHES = ['md5', 'etag', 'checksum'] as const

/** DVC writes `hash: md5` beside the hash itself since 3.0; older files have the hash alone. */
const Out = z.object({
  path: z.string().min(1).max(1024),
  md5: z.string().max(200).optional(),
  etag: z.string().max(200).optional(),
  checksum: z.string().max(200).optional(),
})
const DvcFile = z.object({ outs: z.array(Out).default([]), wdir: z.string().max(1024).optional() })
const DvcLock = z.object({
  stages: z.record(z.string(), z.object({ outs: z.array(Out).default([]) })).default({}),
})

function isDvcFile(path: string): boolean {
  return path.endsWith('.dvc') || nameOf(path) === 'dvc.lock'
}

function trackedBy({ path, text }: DataFile): string[] | Problem {
  const { value = {}, fault, line } = parsed(text)
  if (fault !== undefined)
    return {
      what: fault,
      where: { file: path, line },
      fix: 'Let DVC write it again: `dvc repro` or `dvc add`, then commit it.',
    }
  const outs = nameOf(path) === 'dvc.lock' ? outsOfLock(value) : outsOfFile(value)
  if (!outs)
    return {
      what: 'it is not as DVC writes it: `outs` with `path` and a hash',
      fix: 'Name a `.dvc` file or `dvc.lock`.',
    }
  const folder = path.split('/').slice(0, -1)
  return outs.map(out => `${fromFolder(folder, out.path)} ${hashOf(out)}`)
}

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

function outsOfFile(value: unknown): z.infer<typeof Out>[] | undefined {
  const file = DvcFile.safeParse(value)
  if (!file.success) return undefined
  const { outs, wdir } = file.data
  return wdir === undefined ? outs : outs.map(out => ({ ...out, path: `${wdir}/${out.path}` }))
}

function outsOfLock(value: unknown): z.infer<typeof Out>[] | undefined {
  const lock = DvcLock.safeParse(value)
  return lock.success ? Object.values(lock.data.stages).flatMap(stage => stage.outs) : undefined
}

/** Paths in a DVC file are relative to it. URLs and absolute paths stay as they are. */
function fromFolder(folder: string[], path: string): string {
  if (/^([a-z][a-z0-9+.-]*:|[/\\])/i.test(path)) return named(path)
  const parts = [...folder]
  for (const part of path.split('/'))
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  return named(parts.join('/'))
}

function named(path: string): string {
  return shortened(visible(path), 200)
}

function hashOf(out: z.infer<typeof Out>): string {
  const kind = HASHES.find(name => out[name] !== undefined)
  return kind ? `${kind} ${shortened(visible(out[kind]!), 80)}` : 'without a hash'
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}

function withoutExcess(lines: string[]): string[] {
  const more = lines.length - MAX_LINES
  return more > 0 ? [...lines.slice(0, MAX_LINES), `and ${formatCount(more)} more`] : lines
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
