import { code, plain } from '../../report/words/escape.ts'
import { formatCount } from '../../text/numbers.ts'
import type { DriftVerdict, FeatureDrift } from '../drift/verdict.ts'
import { changesWords, headlineOf, nextStep, promiseWords, psiWords, STATE_SIGNS, share } from './words.ts'

/** For a pull request, an issue, a job's summary. */
export function renderDriftMarkdown(verdict: DriftVerdict): string {
  const told = verdict.features.filter(({ state, reason }) => state !== 'steady' || reason !== undefined)
  const shown = told.slice(0, MOST_SHOWN)
  const more = told.length - shown.length
  const steady = verdict.features.length - told.length
  const next = nextStep(verdict)
  const { concept, since, until } = verdict
  return `${[
    `## ${STATE_SIGNS[verdict.state]} ${plain(headlineOf(verdict))}`,
    ...(since && until ? [`Rows from ${plain(since)} to ${plain(until)}.`] : []),
    ...(next ? [next] : []),
    ...(shown.length > 0 ? [[HEAD, RULE, ...shown.map(lineOf)].join('\n')] : []),
    ...(more > 0 ? [`And ${formatCount(more)} more.`] : []),
    ...(steady > 0 ? [`${formatCount(steady)} ${steady === 1 ? 'feature is' : 'features are'} steady.`] : []),
    ...(concept
      ? [
          `Concept: **${concept.state}** over ${formatCount(concept.outcomes)} outcomes${concept.reason ? `: ${plain(concept.reason)}` : `; they are off by ${share(concept.gap)} of the rows on average`}${concept.auc ? `; AUC ${concept.auc.accepted.toFixed(3)} → ${concept.auc.live.toFixed(3)}` : ''}.`,
        ]
      : []),
    promiseWords(verdict),
  ].join('\n\n')}\n`
}

// --- internal ---

const MOST_SHOWN = 50
const HEAD = '| | feature | kind | PSI (cut-off) | rows | what changed |'
const RULE = '|---|---|---|--:|--:|---|'

function lineOf(feature: FeatureDrift): string {
  const isWrong = feature.state === 'warn' || feature.state === 'critical'
  const what = [feature.reason, feature.state === 'unknown' ? '' : changesWords(feature)]
    .filter(Boolean)
    .join('; ')
  return `| ${STATE_SIGNS[feature.state]} ${feature.state} | ${code(feature.name)} | ${isWrong ? feature.kind : ''} | ${psiWords(feature)} | ${formatCount(feature.rows)} | ${plain(what, 400)} |`
}
