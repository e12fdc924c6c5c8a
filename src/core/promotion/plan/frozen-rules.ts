import { spanSeconds } from '../../deploy-config/canary.ts'
import { isAssayError } from '../../errors/errors.ts'
import { type CanaryFile, parseCanary, renderCanary } from '../../release/canary-file.ts'
import { releaseKey } from '../../release/record.ts'
import { type CanaryCause, twoChangesIn } from '../../traffic/canary/causes.ts'
import { type ChangedBy, type KeyChange, keyChanges, standingWords } from './standing.ts'

/** What the history of a canary's file tells: its rules are those that it began with, and a step changes the weight alone. */

/** A file as a commit left it. */
interface Version extends ChangedBy {
  text: string | undefined
}

/** What somebody changed in the rules of a canary that is in progress, and who did it last. */
export interface RulesChange {
  changes: KeyChange[]
  by: ChangedBy
}

/**
 * Undefined: its rules are those that it began with, as far back as its versions are known.
 *
 * @param versions of the file, newest first
 */
export function rulesChange(path: string, versions: readonly Version[]): RulesChange | undefined {
  const own = ofOneTrial(path, versions)
  const [now] = own
  const first = own.at(-1)
  if (!now || !first) return undefined
  const frozen = rulesIn(first.file)
  const strange = own.filter(({ file }) => rulesIn(file) !== frozen)
  if (rulesIn(now.file) === frozen) return undefined
  const { weight, moved_by } = now.file
  const meant = renderCanary({ ...first.file, weight, moved_by })
  // The last change is told, whichever of several it was that began it.
  const [
    {
      version: { commit, author, at },
    } = now,
  ] = strange.filter((one, index) => rulesIn(one.file) !== rulesIn(strange[index + 1]?.file ?? first.file))
  return {
    changes: keyChanges(path, now.version.text ?? '', meant),
    by: { commit, at, ...(author !== undefined && { author }) },
  }
}

/**
 * What is known by git to have moved what is tried while it was counted.
 *
 * @param tried versions of the file of what is tried, newest first
 * @param record versions of the record beside it
 * @param file what is tried now
 */
export function historyCauses(
  path: string,
  { tried, record }: { tried: readonly Version[]; record: readonly Version[] },
  file: Pick<CanaryFile, 'for'>,
): CanaryCause[] {
  const change = rulesChange(path, tried)
  const words = change && standingWords({ kind: 'rules', ...change })
  return [
    ...(change && words !== undefined ? [{ kind: 'rules_changed' as const, at: change.by.at, words }] : []),
    ...twoChangesIn([...tried, ...record], spanSeconds(file.for) * 1000),
  ]
}

// --- internal ---

/**
 * The versions of the release that is tried now, newest first, until the file was not there. One that cannot be read, or that is of another
 * release, is of a hand: it lies between, and begins nothing anew.
 */
function ofOneTrial(path: string, versions: readonly Version[]): { version: Version; file: CanaryFile }[] {
  const found: { version: Version; file: CanaryFile }[] = []
  for (const version of versions) {
    if (version.text === undefined) break
    const file = fileIn(path, version.text)
    const isOwn = file && (!found[0] || releaseKey(found[0].file.challenger) === releaseKey(file.challenger))
    if (isOwn) found.push({ version, file })
    // What is tried now cannot be read: that is told elsewhere.
    else if (!found[0]) break
  }
  return found
}

function fileIn(path: string, text: string): CanaryFile | undefined {
  try {
    return parseCanary(text, path)
  } catch (error) {
    if (!isAssayError(error, 'CANARY_INVALID')) throw error
    return undefined
  }
}

/** All but the weight. */
function rulesIn(file: CanaryFile): string {
  const { weight: _, ...rules } = file
  return renderCanary(rules)
}
