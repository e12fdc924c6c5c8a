import { code, plainSentence, sentence } from '../../report/words/escape.ts'
import type { ByHand, KeptLine, OwnBranch, Retirement } from './facts.ts'

/** What a retirement says of itself: in its pull request, and on the terminal. */

/** The text of the pull request, without its marker. `branch` is its own. */
export function retirementBody(
  plan: Retirement,
  about: { reason: string | undefined; branch: string },
): string {
  const { reason, branch } = about
  return [
    `Takes out of this repository what Assay keeps of **${plan.model}**. No manifest is changed by it: what serves goes on serving until you take it away.`,
    ...(reason === undefined ? [] : [`Why: ${sentence(reason, 500)}`]),
    sections(plan, branch, MARKDOWN),
  ].join('\n\n')
}

/** The same for people at a terminal. */
export function retirementLines(plan: Retirement, branch: string): string {
  return sections(plan, branch, TERMINAL)
}

/** Which branch is gone, and with it which pull request. */
export function branchWords({ name, number }: OwnBranch): string {
  return number === undefined ? name : `${name} (pull request ${number})`
}

// --- internal ---

/** How names and the words of others are written. */
interface Writing {
  name(text: string): string
  words(text: string): string
  title(text: string): string
}

const MARKDOWN: Writing = {
  name: text => code(text, 300),
  words: text => sentence(text, 500),
  title: text => `### ${text}\n`,
}

const TERMINAL: Writing = {
  name: text => plainSentence(text, 300),
  words: text => plainSentence(text, 500),
  title: text => `${text}:`,
}

function sections(plan: Retirement, branch: string, writing: Writing): string {
  const { serving, byHand } = plan
  const linesOf = (isBefore: boolean) =>
    byHand.filter(({ kind }) => BEFORE.has(kind) === isBefore).map(one => byHandLine(one, writing))
  const told: [title: string, lines: string[]][] = [
    ['Before the merge, by hand', linesOf(true)],
    ['What goes', goneLines(plan, writing)],
    ['What still says the release, and stays', serving.map(line => keptLine(line, writing))],
    ['By hand, at any time', linesOf(false)],
    ['What is yours to do, in this order', nextLines(plan, branch, writing)],
  ]
  return told
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => [writing.title(title), ...lines.map(line => `- ${line}`)].join('\n'))
    .join('\n\n')
}

/** What would break what serves, or what builds it. */
const BEFORE = new Set<ByHand['kind']>(['resource', 'reads', 'needs'])

function goneLines({ places, edited }: Retirement, { name }: Writing): string[] {
  const files = places.map(({ environment, own, record }) => {
    const version = record ? ` (${name(record.version)})` : ''
    return `${environment}${version}: ${own.map(name).join(', ')}`
  })
  return [...files, ...edited.map(path => `what ${name(path)} says of it`)]
}

function keptLine({ environment, file, line, says }: KeptLine, { name }: Writing): string {
  if (line === undefined)
    return `${environment}: ${name(file)} does not say ${name(says)}, as the record does; look what serves there`
  return `${environment}: ${name(file)}, line ${line}: ${name(says)}`
}

function byHandLine(one: ByHand, { name, words }: Writing): string {
  switch (one.kind) {
    case 'resource':
      return words(one.note)
    case 'reads':
      return `${name(one.file)}, line ${one.line}, reads ${name(one.path)}, which goes: it could not be built any more`
    case 'needs':
      return `${name(one.file)}, line ${one.line}, needs the ConfigMap ${name(one.configMap)}, which goes: its next pods would not start. Take it out, or set ${name('optional: true')}`
    case 'entry': {
      const from = one.line === undefined ? '' : ` (from line ${one.line} on)`
      return `its entry below ${name('models')} in ${name(one.file)}${from} stays until somebody takes it out: ${words(one.why)}`
    }
    case 'sends':
      return `${name(one.file)}, line ${one.line}, sends requests to the collector, which counts them for nobody then; a ${name('logger')} is taken out together with what serves, or before`
  }
}

function nextLines(
  { model, places, branches, configMaps, elsewhere, isOnlyModel }: Retirement,
  branch: string,
  { name }: Writing,
) {
  const from = [...new Set(places.flatMap(({ record }) => record?.repository ?? []))]
  const open = branches.gone.filter(one => one.name !== branch)
  const sweep =
    open.length === 0
      ? 'removes the branch of this change'
      : `closes what is open of it and removes its branches: ${open.map(one => name(branchWords(one))).join(', ')}, and that of this change`
  return [
    `before the merge, end its releases: take ${name('deploy')} out of its entry in assay.yml${from.length === 0 ? '' : ` of ${from.map(name).join(', ')}`}; a merge there proposes it here anew`,
    ...(configMaps.length === 0
      ? []
      : [
          `before the merge, see that nothing elsewhere needs ${configMaps.map(name).join(' or ')}: the collector has a volume of its profile, and starts without it where that says ${name('optional: true')}`,
        ]),
    ...(elsewhere.length === 0
      ? []
      : [
          `${elsewhere.join(', ')} ${elsewhere.length === 1 ? 'stands' : 'stand'} elsewhere: what is kept there goes by a change of its own, to be merged too`,
        ]),
    `once this is merged, run ${name(`assay retire ${model}`)} once more: it ${sweep}`,
    ...(places.length === 0
      ? []
      : ['when nobody asks it any more, take away its manifests, and what reads them (Application, routes)']),
    ...branches.kept
      .filter(one => one.name !== branch)
      .map(one => `${name(branchWords(one))} holds a commit of somebody's: it stays until they delete it`),
    ...(isOnlyModel
      ? [
          `it is the only model here: ${name('assay-deploy.yml')} stays for the next one. To end all of it, delete that file and the jobs that call Assay`,
        ]
      : []),
  ]
}
