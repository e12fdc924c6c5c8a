import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isAssayError } from '../../core/errors/errors.ts'
import type { Usage } from '../../core/inputs/evaluation.ts'
import { type KeptTraining, parseKeptTraining, renderKeptTraining } from '../../core/verdict/kept-training.ts'
import { readInside } from '../../services/files/files.ts'
import { hashFiles } from '../../services/files/hash-files.ts'
import { writeOutput } from '../result/outputs.ts'

/** Whose training: below the output folder, the model's. */
export interface TrainingKey {
  output: string
  model: string
  commit: string | undefined
}

/** What `train` kept, and whether it was of the commit that is asked about. */
export type TrainingBefore = KeptTraining & { isOfCommit: boolean }

export const NOTHING: TrainingBefore = { isOfCommit: false, usage: {}, written: new Map(), old: new Map() }

/** Writes `<output>/<model>/usage.json`. */
export async function keepTraining(
  folder: string,
  key: TrainingKey,
  {
    usage,
    written,
    old,
    mlflow,
  }: { usage: Usage; written: readonly string[]; old: readonly string[]; mlflow: KeptTraining['mlflow'] },
): Promise<void> {
  const kept = {
    usage,
    commit: key.commit,
    written: await hashesOf(folder, written),
    old: await hashesOf(folder, old),
    mlflow,
  }
  await writeOutput(folder, fileOf(key), renderKeptTraining(kept))
}

/** An earlier training is none of this one's, should this one die. */
export async function forgetTraining(folder: string, key: TrainingKey): Promise<void> {
  await rm(join(folder, fileOf(key)), { force: true })
}

/**
 * What `train` kept for this commit. A file that is not what it writes counts for nothing; of another commit's training all
 * outputs are old ones.
 * @throws AssayError FILE_REFUSED or FILE_TOO_LARGE: nobody knows which outputs are older than the training
 */
export async function readKeptTraining(folder: string, key: TrainingKey): Promise<TrainingBefore> {
  try {
    const read = { maxBytes: MAX_BYTES, input: 'file of the training' }
    const { bytes } = await readInside(folder, fileOf(key), read)
    const kept = parseKeptTraining(new TextDecoder().decode(bytes))
    if (!kept) return NOTHING
    if (kept.commit === key.commit) return { ...kept, isOfCommit: true }
    return { ...NOTHING, commit: kept.commit, old: new Map([...kept.old, ...kept.written]) }
  } catch (error) {
    if (isAssayError(error, 'FILE_NOT_FOUND')) return NOTHING
    throw error
  }
}

/** Those of the files that are as they were then. */
export async function unchanged(folder: string, then: ReadonlyMap<string, string>): Promise<string[]> {
  const now = await hashesOf(folder, [...then.keys()])
  return [...now].filter(([path, hash]) => then.get(path) === hash).map(([path]) => path)
}

// --- internal ---

/** A sample of each GPU a second, for weeks. */
const MAX_BYTES = 256 * 1024 * 1024

function fileOf({ output, model }: TrainingKey): string {
  return `${output}/${model}/usage.json`
}

/** One that cannot be read is left out: reading it as an output says why. */
async function hashesOf(folder: string, paths: readonly string[]): Promise<Map<string, string>> {
  const hashes = new Map<string, string>()
  for (const path of paths) {
    const hash = await hashOf(folder, path)
    if (hash !== undefined) hashes.set(path, hash)
  }
  return hashes
}

async function hashOf(folder: string, path: string): Promise<string | undefined> {
  try {
    return (await hashFiles(folder, [path]))[0]?.sha256
  } catch (error) {
    if (isAssayError(error, 'FILE_NOT_FOUND', 'FILE_REFUSED')) return undefined
    throw error
  }
}
