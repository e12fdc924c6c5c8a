import * as z from 'zod'
import { maskPersonalData } from '../secrets/secrets.ts'
import type { JudgedFile } from './judged.ts'
import { FORMATS } from './looked.ts'

/** What is kept of a file that was scanned: what it is, to the byte, and whether it may be loaded. */
export const ScannedFile = z.strictObject({
  file: z.string().min(1).max(1000),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'a sha256 in hex'),
  size: z.int().nonnegative().describe('In bytes.'),
  format: z.enum(FORMATS),
  verdict: z
    .enum(['safe', 'allowed', 'unsafe', 'unscannable'])
    .describe('`allowed`: somebody let it pass in `scan.allow`; the last two must not be loaded.'),
})
export type ScannedFile = z.infer<typeof ScannedFile>

/** What of an image the scan speaks for. */
export const ScanCovers = z
  .enum(['packaged', 'named'])
  .describe(
    '`packaged`: Assay put the files of the model into the image, each held to the scan; `named`: only the files that `scan` names were looked at, not what else is in the image.',
  )
export type ScanCovers = z.infer<typeof ScanCovers>

/** What whoever releases it has to know. */
export const COVERS_WORDS: Record<ScanCovers, string | undefined> = {
  packaged: undefined,
  named:
    'The scan covers the files that `scan` names, and not the image: Assay did not make it of them (`package.files` does)',
}

/** So many files are kept. Those that must not be loaded come first: where the last is none, none of the others is. */
export const MOST_SCANNED = 100

export const ScannedFiles = z.object({
  kept: z.array(ScannedFile).max(MOST_SCANNED),
  more: z.int().nonnegative().describe('How many had no room.'),
})
export type ScannedFiles = z.infer<typeof ScannedFiles>

/** Those that must not be loaded first, then the largest. Their names name nobody. */
export function keptOf(judged: readonly JudgedFile[]): ScannedFiles {
  const inOrder = [...judged].sort(
    (a, b) => Number(a.mayBeLoaded) - Number(b.mayBeLoaded) || b.size - a.size || (a.path < b.path ? -1 : 1),
  )
  const kept = inOrder.slice(0, MOST_SCANNED).map(({ path, sha256, size, format, verdict }) => ({
    ...{ file: maskPersonalData(path), sha256, size, format, verdict },
  }))
  return { kept, more: judged.length - kept.length }
}

/** Whether a release may be said to have been scanned: there is a file, and each may be loaded. */
export function isScanned(files: readonly ScannedFile[] | undefined): boolean {
  return (
    files !== undefined &&
    files.length > 0 &&
    files.every(({ verdict }) => verdict === 'safe' || verdict === 'allowed')
  )
}
