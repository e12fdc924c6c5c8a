import type { ByteSource } from './bytes/byte-source.ts'
import type { Finding } from './found/finding.ts'
import { Unscannable, type WhyNot } from './found/unscannable.ts'

/** What is known of a file without loading it. */
export interface Scan {
  format: Format
  /** What is no part of an ordinary model. */
  findings: Finding[]
  /** Nobody can tell what else is in it, and where it stands. */
  unscannable?: { why: WhyNot; at: number; entry?: string }
  /** How many things of Python it brings in. */
  imports: number
}

export type Format = (typeof FORMATS)[number]

export const FORMATS = [
  'pickle',
  'joblib',
  'torch',
  'torchscript',
  'torch.export',
  'numpy',
  'keras',
  'zip',
  'tar',
  'safetensors',
  'onnx',
  'gguf',
  'xgboost',
  'lightgbm',
  'text',
  'hdf5',
  'unknown',
] as const

/** Bytes that are looked into: those of a file, or of something in it. */
export interface Looked {
  source: ByteSource
  /** What the file, or the entry of the archive, is called: `''` where nobody says. */
  name: string
  /** How many archives it stands in. */
  depth: number
  /** What is told of all of the file. */
  scan: Scan
  isKnown: (name: string) => boolean
  /** What was brought in until now. */
  names: Set<string>
  /** How much may still be unpacked of the file, in bytes. */
  room: { left: number }
  /** Looks into what stands inside, whatever that is. */
  look: (inside: Looked) => void
}

/** The outermost counts: a pickle in an archive is an archive. */
export function nameFormat(scan: Scan, format: Format): void {
  if (scan.format === 'unknown') scan.format = format
}

/** Each once, however often it is found. What is not kept counts as well: as a finding of its own, which nobody can allow. */
export function tell(scan: Scan, findings: readonly Finding[]): void {
  for (const finding of findings) {
    const alike = scan.findings.filter(({ kind }) => kind === finding.kind)
    if (alike.some(one => nameOf(one) === nameOf(finding))) continue
    if (alike.length < MOST_FINDINGS) scan.findings.push(finding)
    else tell(scan, [{ kind: 'more', name: finding.kind }])
  }
}

export function refuse(why: WhyNot): never {
  throw new Unscannable(why, 0)
}

// --- internal ---

/** Of one kind in one file: a hostile one has as many as it likes. */
const MOST_FINDINGS = 100

function nameOf(finding: Finding): string {
  return 'name' in finding ? finding.name : ''
}
