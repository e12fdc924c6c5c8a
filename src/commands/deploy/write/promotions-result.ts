import type { AssayError } from '../../../core/errors/errors.ts'
import { renderError } from '../../../core/text/error-text.ts'
import type { CommandResult } from '../../command/context.ts'
import type { NamedOutputs } from '../../result/output-names.ts'
import type { DeployBranch } from '../read/deploy-branch.ts'
import type { CarriedOut } from './propose.ts'

/** What a command that writes promotions shows: a line for each model and environment, then what failed. */
export function promotionsResult(
  carriedOut: CarriedOut[],
  deploy: DeployBranch,
  problems: AssayError[] = [],
): CommandResult {
  // Whoever asked about one place is told of it, also where nothing is to be done.
  const told = carriedOut.filter(({ action }) => action !== 'nothing' || carriedOut.length === 1)
  const quiet = carriedOut.filter(one => !told.includes(one))
  const lines = told.map(
    ({ model, environment, action, version, words, pullRequest, notes }) =>
      `${SIGNS[action]} ${model} in ${environment}: ${withVersion(words, version)}${pullRequest?.url ? `\n    ${pullRequest.url}` : ''}${notes.map(note => `\n    ${note}`).join('')}`,
  )
  const rest = quiet.length === 0 ? [] : [told.length === 0 ? allQuiet(quiet.length) : otherPlaces(quiet)]
  const failed = problems.map(renderError)
  const [first] = told
  return {
    exitCode: problems.length > 0 ? 2 : 0,
    text: [
      ...(lines.length + rest.length > 0 ? [...lines, ...rest] : [`Nothing to promote in ${deploy.name}.`]),
      ...failed,
    ].join('\n'),
    json: {
      repository: deploy.name,
      branch: deploy.branch,
      promotions: carriedOut,
      problems: problems.map(({ code, message, problems: list }) => ({
        code,
        title: message,
        problems: list,
      })),
    },
    outputs: {
      'promotion-action': first?.action ?? 'nothing',
      'promotion-url': told.find(({ pullRequest }) => pullRequest?.url)?.pullRequest?.url ?? '',
    } satisfies NamedOutputs,
  }
}

// --- internal ---

/** Which release it is about stands in every line. */
function withVersion(words: string, version: string | undefined): string {
  return version === undefined || words.includes(version) ? words : `${version}: ${words}`
}

function allQuiet(places: number): string {
  return `${places} places are as they should be.`
}

/** Beside what is told they may serve, or wait for that: no more is said than that nothing is to be done there. */
function otherPlaces(quiet: CarriedOut[]): string {
  if (quiet.length > MOST_NAMED) return `Nothing to do in ${quiet.length} other places.`
  return `Nothing to do for ${quiet.map(({ model, environment }) => `${model} in ${environment}`).join(', ')}.`
}

const MOST_NAMED = 3

const SIGNS: Record<CarriedOut['action'], string> = {
  proposed: '➕',
  updated: '🔄',
  unchanged: '⏳',
  merged: '✅',
  closed: '➖',
  left_alone: '✋',
  rejected: '⛔',
  waits: '⏳',
  nothing: '·',
}
