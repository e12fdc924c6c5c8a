import { GUARDRAILS } from '../../deploy-config/guardrails.ts'
import { minuteWords } from '../../text/instant-words.ts'
import { count, formatCount, formatNumber, formatSigned } from '../../text/numbers.ts'
import { spanWords } from '../../text/span-words.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { likelyCauses } from './split.ts'
import type { CanaryReason, CanaryVerdict, ConversionEvidence, HarmEvidence, Rate } from './verdict.ts'

/** A verdict on a canary for people: a sentence without its full stop, and without the word of the verdict. */
export function reasonWords({
  reason,
  needs,
  evidence,
  causes = [],
}: Pick<CanaryVerdict, 'reason' | 'needs' | 'evidence' | 'causes'>): string {
  const words = [wordsOf(reason), ...(causes.length > 0 ? causes : likely(reason))].join('; ')
  const anew = evidence?.restarted
    ? `; counting began anew at ${minuteWords(evidence.since)}, in the middle of the step`
    : ''
  const more = needs === undefined ? '' : `; needs about ${aboutWords(needs)} more${beyond(reason, needs)}`
  return `${words}${anew}${more}`
}

/** `40 min`, `9 h`, `3 days`: rounded up, as a time that nobody knows exactly. */
export function aboutWords(seconds: number): string {
  if (seconds < 5400) return `${Math.max(5, Math.ceil(seconds / 300) * 5)} min`
  return seconds < 172_800 ? `${Math.ceil(seconds / 3600)} h` : `${Math.ceil(seconds / 86_400)} days`
}

/** `5.12 %`, `0.4 %` */
export function percentWords(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`
}

// --- internal ---

const REASONS: { [K in CanaryReason['kind']]: (reason: Extract<CanaryReason, { kind: K }>) => string } = {
  none: () => 'no release enters here in steps now',
  unread: ({ why }) => `what is tried is not known: ${why}`,
  no_step: ({ why }) => `no step of it is judged now: ${why}`,
  other_release: ({ asked, challenger }) =>
    `${shortened(visible(asked), 100)} is not what is tried now, that is ${challenger}`,
  other_weight: ({ asked, weight }) =>
    `it is asked for ${shortened(visible(asked), 20)} %, and what is judged now is ${weight} %`,
  not_yet: () => 'it has not been looked at yet',
  halted: ({ lookedAt }) =>
    `it was last looked at at ${minuteWords(lookedAt)}: what looks has come to a halt`,
  uncounted: ({ why }) => `its traffic is not known: ${why}`,
  unreadable: ({ what }) => `the counts of its traffic cannot be right: ${what}`,
  other_step: ({ key }) => `what is counted is another step, ${key}`,
  stale: ({ asOf }) => `nothing is counted since ${minuteWords(asOf)}`,
  ahead: ({ asOf }) => `its counts are of ${minuteWords(asOf)}, a time to come: set the clocks`,
  settling: ({ since }) => `this step is counted from ${minuteWords(since)} on`,
  unit: ({ unit }) =>
    unit === 'request'
      ? 'users stay with one release, and requests are counted: those of one user are no independent units'
      : 'users are counted, and nothing keeps them with one release',
  empty: ({ arms }) => (arms === 'both' ? 'no unit has come yet' : `no unit has come to the ${arms} yet`),
  split: ({ split, counts }) =>
    `the challenger does not get ${percentWords(split.declared)}: ${percentWords(split.seen)} of ${counts === 'mesh' ? `${count(split.units, 'request')} that the mesh has counted` : count(split.units, 'unit')} (${percentWords(split.low)} to ${percentWords(split.high)})`,
  met_both: ({ metBoth, units }) =>
    `${formatCount(metBoth)} of ${count(units, 'unit')} met both releases: what is to keep them with one does not`,
  rerouted: () => 'the challenger does not get the share of git',
  rules_changed: () => 'nothing passes by rules that it did not begin with',
  harm: ({ harmed }) => harmed.map(harmWords).join('; '),
  worse: ({ conversion }) =>
    `conversion is worse by more than ${conversion.margin}: ${differenceWords(conversion)}`,
  not_live: ({ why }) => `the challenger is not live: ${shortened(visible(why), 200)}`,
  before_live: ({ since, live }) =>
    `it is live since ${minuteWords(live)}, and was counted from ${minuteWords(since)} on, while what was there before may have answered in its place: a collector named in \`drift\` begins anew by itself, else let its \`--canary-settle\` be longer than pods take`,
  live_unknown: ({ why, events }) =>
    `whether the challenger is live is not known: ${count(events, 'event')} of it came from others than its own servers, and ${shortened(visible(why), 200)}`,
  full: ({ events }) =>
    `there was no room to count ${count(events, 'event')}: the arms are not all that came`,
  unmeasured: ({ why }) => `what the mesh counts is not known: ${why}`,
  immature: ({ within }) => `no unit has had its ${spanWords(within / 60)} to convert yet`,
  few: ({ events, least, arm }) =>
    `${count(events, 'unit')} of the ${arm} ${events === 1 ? 'has' : 'have'} converted: fewer than ${least} tell nothing`,
  undecided: ({ conversion }) =>
    `whether conversion is worse by more than ${conversion.margin} cannot be told: ${differenceWords(conversion)}${hopeless(conversion)}`,
  no_winner: ({ conversion }) => `neither is shown to convert better: ${differenceWords(conversion)}`,
  challenger_better: ({ conversion }) => `the challenger converts better: ${differenceWords(conversion)}`,
  champion_better: ({ conversion }) => `the champion converts better: ${differenceWords(conversion)}`,
  not_worse: ({ conversion }) =>
    `conversion is ${conversion.better === 'challenger' ? 'better' : `not worse by more than ${conversion.margin}`}: ${differenceWords(conversion)}`,
}

function wordsOf<K extends CanaryReason['kind']>(reason: Extract<CanaryReason, { kind: K }>): string {
  return REASONS[reason.kind as K](reason)
}

/** Where nothing is known to have broken a split. */
function likely(reason: CanaryReason): string[] {
  if (reason.kind !== 'split') return []
  const causes = [...(reason.counts === 'mesh' ? [OTHER_REQUESTS] : []), ...likelyCauses(reason.split)]
  return [`likely: ${causes.join('; or ')}`]
}

const OTHER_REQUESTS =
  'the labels in `mesh` find requests that the route does not split, such as those of callers inside the mesh that pass by it, or health checks'

function harmWords({ metric, challenger, champion, e }: HarmEvidence): string {
  const size = e >= 1e6 ? 'over 1,000,000' : formatCount(e)
  const worse = metric === 'conversion' ? 'fewer convert' : GUARDRAILS[metric].harmed
  return `${worse}: ${rateWords(challenger)} of the challenger against ${rateWords(champion)} (e ${size})`
}

function rateWords({ events, units }: Rate): string {
  return `${percentWords(events / units)} (${formatCount(events)} of ${formatCount(units)})`
}

function differenceWords(conversion: ConversionEvidence): string {
  const { difference, low, high } = conversion
  const interval = { interval: { low, high } }
  return `${formatSigned(difference, interval)} (${formatSigned(low, interval)} to ${formatSigned(high, interval)}), ${formatNumber(conversion.challenger.units)} units of the challenger`
}

function hopeless({ difference, margin }: ConversionEvidence): string {
  return difference <= -margin ? ', and as it is now no time would show that it is not' : ''
}

/** What comes after the horizon is not waited for. */
function beyond(reason: CanaryReason, needs: number): string {
  return reason.kind === 'undecided' && needs > reason.left ? ', longer than its horizon leaves' : ''
}
