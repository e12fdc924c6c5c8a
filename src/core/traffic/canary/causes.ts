import { minuteWords } from '../../text/instant-words.ts'
import { shortened, visible } from '../../text/visible-text.ts'

/** What is known to have moved the share of a step, or to have been moving while it was counted. Instants in milliseconds. */
export type CanaryCause =
  /** What routes in the cluster splits otherwise than git says. */
  | {
      kind: 'other_weights'
      /** Kind and name. */
      object: string
      there: string
      git: string
      /** Who wrote it last, as the cluster has noted; absent where it has not, or where that was Argo CD. */
      by?: { manager: string; at?: number }
      /** `ignored`: Argo CD calls it in sync all the same. `left`: it sees it and changes nothing. */
      argocd: 'ignored' | 'heals' | 'left'
    }
  /** Argo CD has put what routes back to what git says: something else had changed it. */
  | { kind: 'put_back'; object: string; at: number; attempts: number }
  /** Somebody changed the rules that it began with. `words` are visible and short. */
  | { kind: 'rules_changed'; at: number; words: string }
  /** What is tried or serves was changed twice before anything can have come up between. */
  | { kind: 'two_changes'; first: CanaryChange; second: CanaryChange }

/** A commit that changed what serves or what is tried in a place. */
export interface CanaryChange {
  commit: string
  at: number
}

/** Each as a sentence without its full stop. Text from outside in it is visible and short. */
export function causeWords(cause: CanaryCause): string {
  switch (cause.kind) {
    case 'other_weights': {
      const { object, there, git, by, argocd } = cause
      return `${plain(object)} splits ${plain(there)} in the cluster, and git says ${plain(git)}: ${writerWords(by)}, and ${ARGOCD[argocd]}`
    }
    case 'put_back': {
      const { object, at, attempts } = cause
      const often = attempts > 1 ? `, for the ${ordinal(attempts)} time in a row` : ''
      return `Argo CD put ${plain(object)} back to what git says at ${minuteWords(at)}${often}: something else had changed it, and until then its weights may have been others`
    }
    case 'rules_changed':
      return cause.words
    case 'two_changes': {
      const { first, second } = cause
      return `two changes fell into one window, ${first.commit.slice(0, 7)} of ${minuteWords(first.at)} and ${second.commit.slice(0, 7)} of ${minuteWords(second.at)}: pods of the first may have answered for the second`
    }
  }
}

/**
 * The last two changes of a place, where they fell into one window: closer than pods take, and than a step does that passed by its
 * evidence.
 *
 * @param changes commits of the files that say what serves and what is tried, in any order
 * @param shortest milliseconds that a step takes at least
 */
export function twoChangesIn(changes: readonly CanaryChange[], shortest: number): CanaryCause[] {
  const commits = [...new Map(changes.map(({ commit, at }) => [commit, { commit, at }])).values()]
  const [second, first] = commits.sort((a, b) => b.at - a.at)
  if (!second || !first || second.at - first.at >= Math.min(COMING_UP, shortest)) return []
  return [{ kind: 'two_changes', first, second }]
}

/** Whether it is not judged by the rules that it began with. */
export function isRuledAnew(causes: readonly CanaryCause[]): boolean {
  return causes.some(({ kind }) => kind === 'rules_changed')
}

/** Whether the share is known to be another than the declared one, now. */
export function isRerouted(causes: readonly CanaryCause[]): boolean {
  return causes.some(({ kind }) => kind === 'other_weights')
}

// --- internal ---

/** In so many milliseconds pods come up: what is changed again before belongs to both. */
const COMING_UP = 5 * 60_000

const ARGOCD = {
  ignored: 'Argo CD calls that in sync, so its `ignoreDifferences` leave the weights to whatever writes them',
  heals: 'Argo CD is to put it back, and it is changed again as long as both write it',
  left: 'Argo CD does not put it back without self-heal',
}

function writerWords(by: { manager: string; at?: number } | undefined): string {
  if (!by) return 'who wrote it is not noted'
  const { manager, at } = by
  const when = at === undefined ? '' : ` at ${minuteWords(at)}`
  const who = `${plain(manager)} wrote it last${when}`
  return manager.startsWith('kubectl') ? `somebody changed it by hand, ${who}` : `a controller fights, ${who}`
}

function ordinal(count: number): string {
  const ends: Record<string, string> = { one: 'st', two: 'nd', few: 'rd', other: 'th' }
  return `${count}${ends[new Intl.PluralRules('en', { type: 'ordinal' }).select(count)]}`
}

function plain(text: string): string {
  return shortened(visible(text), 80)
}
