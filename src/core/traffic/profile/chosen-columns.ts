import type { ProfileConfig } from '../../config/profile.ts'
import type { TableFacts } from '../../inputs/predictions/columns.ts'
import { looksPersonal } from '../../secrets/personal-column.ts'
import { maskPersonalData } from '../../secrets/secrets.ts'
import { maskAddresses } from '../../text/addresses.ts'
import { didYouMean } from '../../text/nearest.ts'
import { formatCount } from '../../text/numbers.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { isTrafficName } from './feature.ts'
import { MOST_FEATURES } from './profile.ts'

/** A column that becomes a feature unless it turns out to tell nothing. */
export interface ChosenColumn {
  name: string
  index: number
  type?: 'number' | 'category'
  bins?: number
  /** The configuration names it: it keeps its place in the order, whatever is in it. */
  isListed: boolean
}

export interface ChosenColumns {
  columns: ChosenColumn[]
  /** What a person can do for a better profile, a sentence each. */
  advice: string[]
  /** What keeps the order of the columns from being known: then there is no profile. */
  problems: string[]
}

/**
 * The columns of a table that become features, in the order that the model is given them: those that the configuration lists, else
 * all but those of a role.
 *
 * @param roles columns that are no inputs: ids, truth, predictions
 * @param isSecret whether a name holds a secret: names go into git, and are labels of series
 */
export function chosenColumns(
  names: readonly string[],
  { isNested }: Pick<TableFacts, 'isNested'>,
  config: Pick<ProfileConfig, 'features'>,
  roles: readonly string[],
  isSecret: (name: string) => boolean,
): ChosenColumns {
  const problems: string[] = []
  const advice: string[] = []
  const whyNot = (name: string, index: number) => {
    if (names.indexOf(name) !== names.lastIndexOf(name)) return 'two columns have this name'
    if (isNested(index)) return 'it holds lists or structures, not single values'
    if (!isTrafficName(name))
      return 'a feature has a visible name of at most 200 characters that does not begin with `__`'
    if (isSecret(name)) return 'its name holds what looks like a secret'
    return maskAddresses(name) === name ? undefined : 'its name holds an e-mail address or an IBAN'
  }
  const wanted: Omit<ChosenColumn, 'index' | 'isListed'>[] =
    config.features ?? names.filter(name => !roles.includes(name)).map(name => ({ name }))
  const columns = wanted.flatMap((column, at) => {
    const index = names.indexOf(column.name)
    const shown = shownName(column.name)
    if (index < 0) {
      const meant = didYouMean(column.name, names.map(shownWord))
      problems.push(
        `there is no column ${shown}, which \`profile.features\` names${meant ? `: ${meant}` : ''}`,
      )
      return []
    }
    if (wanted.findIndex(other => other.name === column.name) < at) {
      if (config.features) problems.push(`\`profile.features\` names ${shown} twice`)
      return []
    }
    const why = whyNot(column.name, index) ?? (config.features ? undefined : personalName(column.name))
    if (why === undefined) return [{ ...column, index, isListed: config.features !== undefined }]
    if (config.features) problems.push(`${shown} cannot be a feature: ${why}`)
    else advice.push(`${shown} is left out: ${why}.`)
    return []
  })
  if (columns.length <= MOST_FEATURES) return { columns, advice, problems }
  const many = `there are ${formatCount(columns.length)} columns, and a profile has at most ${formatCount(MOST_FEATURES)} features: name those that the model is given with \`profile.features\``
  return { columns: [], advice, problems: [many] }
}

/** The name of a column as it may stand in a message. */
export function shownName(name: string): string {
  return `\`${shownWord(name)}\``
}

// --- internal ---

/** Values of such a column would stand in git as names of bins. Where a person lists it, it is meant. */
function personalName(name: string): string | undefined {
  return looksPersonal(name) && 'it looks personal by its name; `profile.features` counts it all the same'
}

function shownWord(name: string): string {
  return shortened(maskPersonalData(visible(name)), 60)
}
