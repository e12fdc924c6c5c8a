import { type AssayError, isAssayError, positionWords } from '../../errors/errors.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import { overWords } from '../../text/instant-words.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { yamlDifferences } from '../../yaml/edit/differences.ts'
import { fileIn } from '../places/places.ts'

/**
 * How the manifests of an environment stand to the record beside them. The record is our own note: what serves is what the
 * manifests say. A target changes nothing where its release stands already, so what it would change, by the options that
 * wrote the record, somebody has changed by hand.
 */
export type Standing =
  /** Somebody changed what the promotion wrote: what serves is not what the record says. */
  | { kind: 'by_hand'; changes: KeyChange[]; by?: ChangedBy }
  /** The manifests are as the promotion left them; the options of today would write something else. */
  | { kind: 'options'; changes: KeyChange[] }
  /** The manifests say what the record says, and what is tried beside it has other rules than it began with. */
  | { kind: 'rules'; changes: KeyChange[]; by: ChangedBy }
  /** A manifest is missing or broken, or does not take the release: nobody can tell what serves. */
  | { kind: 'unknown'; reason: string }

/** Foreign text: make it visible, and escape it for Markdown. */
export interface KeyChange {
  file: string
  line?: number
  key: string
  /** What the record says; absent where it says that there is none. */
  recorded?: string
  /** What stands there; absent where nothing does. */
  there?: string
}

export interface ChangedBy {
  commit: string
  /** Of the commit. */
  author?: string
  /** When it was made, in milliseconds. */
  at: number
}

/** What a target would change, or why it cannot tell. */
export type Deviation = { changes: KeyChange[] } | { reason: string }

/**
 * What stands otherwise in files than the target would write it.
 *
 * @param folder of the environment, which the names of the files are relative to
 * @param wanted the files that differ, as the target would have them; throws as a target does
 */
export function deviationOf(
  files: ReadonlyMap<string, string>,
  folder: string,
  wanted: () => ReadonlyMap<string, string>,
): Deviation {
  try {
    const changes = [...wanted()].flatMap(([file, text]) =>
      keyChanges(fileIn(folder, file), files.get(file) ?? '', text),
    )
    return { changes }
  } catch (error) {
    if (isAssayError(error)) return { reason: reasonIn(error) }
    throw error
  }
}

/** What was changed in a file from what it was to what stands there. @throws AssayError `YAML_UNREADABLE` */
export function keyChanges(file: string, there: string, recorded: string): KeyChange[] {
  return yamlDifferences(there, recorded, file).map(({ line, key, before, after }) => ({
    file,
    ...(line !== undefined && { line }),
    key,
    ...(after !== undefined && { recorded: after }),
    ...(before !== undefined && { there: before }),
  }))
}

/**
 * Undefined: the manifests say what the record says.
 *
 * @param now by the options of today
 * @param then by those that wrote the record, where these were other ones
 * @param since what was changed since the record was written, in manifests that took the release then
 */
export function standingOf(
  now: Deviation,
  then?: Deviation,
  since: readonly KeyChange[] = [],
): Standing | undefined {
  const wrote = then ?? now
  if ('changes' in now && now.changes.length === 0) return undefined
  if ('reason' in wrote)
    return since.length > 0
      ? { kind: 'by_hand', changes: [...since] }
      : { kind: 'unknown', reason: wrote.reason }
  if (wrote.changes.length > 0) return { kind: 'by_hand', changes: wrote.changes }
  return { kind: 'options', changes: 'changes' in now ? now.changes : [] }
}

/** Whether the record can be taken for what serves. */
export function isRecorded(standing: Standing | undefined): boolean {
  return standing === undefined || standing.kind === 'options' || standing.kind === 'rules'
}

/** One plain line. Text from outside is made visible and short; escape it for Markdown. */
export function standingWords(standing: Standing): string {
  switch (standing.kind) {
    case 'by_hand': {
      const { by, changes } = standing
      return `changed by hand${by ? ` ${byWords(by)}` : ''}: ${changesWords(changes)}`
    }
    case 'rules':
      return `the rules of what is tried were changed by hand ${byWords(standing.by)}: ${changesWords(standing.changes)}`
    case 'options':
      return `the options changed since it was written${standing.changes.length > 0 ? `: ${changesWords(standing.changes)}` : ''}`
    case 'unknown':
      return `what serves is not known: ${plain(standing.reason, 300)}`
  }
}

/** What to do about it, where a person has to. */
export function standingAdvice(standing: Standing | undefined): string[] {
  if (standing?.kind !== 'by_hand') return []
  return ['Put the manifest back, or record what serves: docs/living-with-it.md#a-hotfix-by-hand']
}

/** `by Ada in abc1234, 2026-05-20 16:00 UTC` */
export function byWords({ commit, author, at }: ChangedBy): string {
  const name = author === undefined ? '' : `by ${plain(author, 60)} `
  return `${name}in ${commit.slice(0, 7)}, ${overWords(at)}`
}

/** `apps/churn/kustomization.yaml:4 images[name=churn].digest is sha256:…, recorded is sha256:…` */
export function changeWords({ file, line, key, recorded, there }: KeyChange): string {
  const from = recorded !== undefined && there !== undefined ? partingOf(there, recorded) : 0
  const value = (text: string) => plain(from === 0 ? text : `…${text.slice(from).toWellFormed()}`, MOST_SHOWN)
  const position = positionWords({ file, ...(line !== undefined && { line }) })
  return `${position} ${key} is ${there === undefined ? 'gone' : value(there)}, recorded is ${recorded === undefined ? 'none' : value(recorded)}`
}

// --- internal ---

const MOST_SHOWN = 80
/** So much of what both have in common is shown before they part. */
const BEFORE = 20

/**
 * Where two values are to be shown from: their beginnings, unless those are all that would be seen of both and the same, as of
 * an image with a long name and another digest.
 */
function partingOf(there: string, recorded: string): number {
  if (there === recorded || plain(there, MOST_SHOWN) !== plain(recorded, MOST_SHOWN)) return 0
  let parting = 0
  while (there[parting] === recorded[parting]) parting++
  return Math.max(0, parting - BEFORE)
}

function plain(text: string, limit: number): string {
  return shortened(visible(maskPersonalData(text)), limit)
}

const MOST_NAMED = 2

function changesWords(changes: readonly KeyChange[]): string {
  const more = changes.length > MOST_NAMED ? [`and ${changes.length - MOST_NAMED} more`] : []
  return [...changes.slice(0, MOST_NAMED).map(changeWords), ...more].join('; ')
}

function reasonIn({ problems, message }: AssayError): string {
  const [first] = problems
  if (!first) return message
  const position = positionWords(first.where)
  return `${position ? `${position}: ` : ''}${first.what}`
}
