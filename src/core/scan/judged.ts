import type { AllowedInScan } from '../config/scan.ts'
import { formatCount } from '../text/numbers.ts'
import { shortened, visible } from '../text/visible-text.ts'
import type { Finding } from './found/finding.ts'
import { UNSCANNABLE_WORDS } from './found/unscannable.ts'
import type { Format, Scan } from './looked.ts'

/** A file of a model, and whether it may be loaded. */
export interface JudgedFile {
  /** Below the repository, with `/` between. */
  path: string
  /** In bytes. */
  size: number
  /** Hex. */
  sha256: string
  format: Format
  verdict: 'safe' | 'allowed' | 'unsafe' | 'unscannable'
  mayBeLoaded: boolean
  /** What is wrong, what to do about it, and what somebody let pass. Text of the file is shortened and made visible. */
  lines: string[]
  imports: number
}

/**
 * What of a scan may pass. What a person allowed holds until its day, for whole names and whole paths alone; of what is found otherwise
 * nothing passes, and what nobody can look into does not either.
 *
 * @param today `2026-12-31`
 */
export function judgeFile(
  file: { path: string; size: number; sha256: string },
  scan: Scan,
  allow: readonly AllowedInScan[],
  today: string,
): JudgedFile {
  const { format, imports, findings, unscannable } = scan
  const held = allow.filter(({ until }) => until >= today)
  const lines: string[] = []
  const used = new Set<AllowedInScan>()
  const left = findings.filter(finding => {
    const by = held.find(one => 'import' in one && isOf(finding, one.import))
    if (by) used.add(by)
    return !by
  })
  const byFile = held.find(one => 'file' in one && one.file === file.path)
  if (unscannable && byFile && left.length === 0) used.add(byFile)
  lines.push(...wordsOf(left))
  const expired = allow.filter(one => one.until < today && wouldHold(one, file.path, scan))
  for (const one of expired) lines.push(`what let ${nameOf(one)} pass ended on ${one.until}`)
  const isBlind = unscannable !== undefined && !(byFile && left.length === 0)
  if (isBlind) {
    const { what, fix } = UNSCANNABLE_WORDS[unscannable.why]
    const entry = unscannable.entry === undefined ? '' : ` in \`${shown(unscannable.entry)}\``
    lines.push(
      `nobody can tell what it does: ${what}${entry} (byte ${formatCount(unscannable.at)}). To do: ${fix}`,
    )
  }
  for (const one of used) lines.push(`${nameOf(one)} may pass until ${one.until}: ${shown(one.reason)}`)
  const verdict = left.length > 0 ? 'unsafe' : isBlind ? 'unscannable' : used.size > 0 ? 'allowed' : 'safe'
  return { ...file, format, verdict, mayBeLoaded: left.length === 0 && !isBlind, lines, imports }
}

// --- internal ---

type Kind = Finding['kind']
type Told = { [K in Kind]: (finding: Extract<Finding, { kind: K }>) => string }

const WORDS: Told = {
  import: ({ name, at }) =>
    `it brings in \`${shown(name)}\` (byte ${formatCount(at)}), which no ordinary model does. Is it of your own code? Then allow that name: scan.allow`,
  call: ({ name, at }) => `it calls \`${shown(name)}\` when it is loaded (byte ${formatCount(at)})`,
  changed_import: ({ name, at }) =>
    `it changes \`${shown(name)}\` itself (byte ${formatCount(at)}), and so what others do with it`,
  more: ({ name }) =>
    `there are more findings of the kind \`${name}\` than are kept, and those may be anything: save it with less in it`,
  after_end: ({ at }) => `something follows where its loader stops (byte ${formatCount(at)})`,
  code_layer: ({ name }) => `it carries code: \`${shown(name)}\``,
  foreign_class: ({ name }) =>
    `it brings in \`${shown(name)}\`, which is no class of Keras that is known here. Is it of your own code? Then allow that name: scan.allow`,
  outside_file: ({ name }) => `it reads a file outside of its own: \`${shown(name)}\``,
  outside_entry: ({ name }) =>
    `whoever unpacks it writes outside of the folder, or is led there: \`${shown(name)}\``,
  template: ({ name }) =>
    `\`${shown(name)}\` reaches out of its template, which a server runs for every request`,
  header: ({ name }) => `its header contradicts itself: ${shown(name)}`,
}

/** Most lines of one file; how many more there are is said. */
const MOST_LINES = 8

function wordsOf(findings: readonly Finding[]): string[] {
  const lines = findings.map(finding => (WORDS[finding.kind] as (one: Finding) => string)(finding))
  if (lines.length <= MOST_LINES) return lines
  return [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} more`]
}

/** An import that is allowed may also be called; changing it is another thing. */
function isOf(finding: Finding, name: string): boolean {
  return (
    (finding.kind === 'import' || finding.kind === 'call' || finding.kind === 'foreign_class') &&
    finding.name === name
  )
}

function wouldHold(one: AllowedInScan, path: string, { findings, unscannable }: Scan): boolean {
  return 'import' in one
    ? findings.some(finding => isOf(finding, one.import))
    : unscannable !== undefined && one.file === path
}

function nameOf(one: AllowedInScan): string {
  return `\`${'import' in one ? one.import : one.file}\``
}

function shown(text: string): string {
  return shortened(visible(text), 200)
}
