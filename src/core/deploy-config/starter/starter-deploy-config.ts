import { indented, list, QUESTION } from '../../config/written/lines.ts'
import { shortened, visible } from '../../text/visible-text.ts'
import { carriersIn, type DeployFound, type FoundBranch } from './carriers/carriers.ts'
import {
  environmentOf,
  environmentOfBranch,
  type OrderedEnvironment,
  ordered,
} from './carriers/environments.ts'
import { commonWay, isSameWay, isUnnamed, type PlacedModel, placedModels, type Way } from './layout.ts'
import {
  differenceLines,
  inheritedBy,
  leftLines,
  listed,
  parameterLines,
  quoted,
  quotedPath,
  wayLines,
} from './way-lines.ts'

/** The first `assay-deploy.yml` of a deploy repository, from what is in it. */
export interface StarterDeploy {
  text: string
  questions: number
  models: string[]
}

/**
 * What is known of a layout; what is not stands as a question, `# ?`, and a model that it is about enters nowhere until somebody
 * answers. What is written is always a valid configuration.
 *
 * @returns undefined where nothing in the repository says which release serves
 */
export function starterDeployConfig(found: DeployFound): StarterDeploy | undefined {
  const beside = placedModels(carriersIn(found))
  const elsewhere = beside.some(one => one.environment !== undefined) ? undefined : ofBranches(found.branches)
  const places = elsewhere?.places ?? beside
  if (places.length === 0) return undefined
  const named = [
    ...new Set(
      places.flatMap(
        ({ environment, overlays }) =>
          environment ?? overlays.flatMap(one => environmentOf(one)?.environment ?? []),
      ),
    ),
  ]
  const { environments, unknown } = ordered(named.length > 0 ? named : [ONLY])
  const known = places.map(one => ({ ...one, environment: one.environment ?? environments.at(-1)!.name }))
  // What stands at the top of the file holds for all: clusters that some have, and others have not, do not.
  const plain = known.filter(({ way }) => way.clusters === undefined)
  const main = commonWay(plain.length > 0 ? plain : known)
  const ways = new Map(
    environments.map(({ name }) => {
      const here = known.filter(one => one.environment === name)
      return [
        name,
        here.length === 0 ? main : here.some(one => isSameWay(one.way, main)) ? main : commonWay(here),
      ]
    }),
  )
  const models = [...new Set(known.map(({ model }) => model))].sort()
  const lines = [
    '# Environments, their order, and how a release is written into manifests. All keys:',
    '# https://github.com/assay-ml/assay/blob/main/docs/deploy-configuration.md',
    ...wayLines(main),
    ...parameterLines(known),
    ...leftLines(known),
    ...(elsewhere ? [`branch: ${quotedPath(elsewhere.branch)}`] : []),
    ...(isOfFlux(found)
      ? ['records: releases/{environment}/{model}   # Flux takes no folder with a record in it']
      : []),
    ...environmentLines(environments, {
      main,
      ways,
      unknown,
    }),
    ...modelsLines(models, known, { environments, ways }),
  ]
  return {
    text: `${lines.join('\n')}\n`,
    questions: lines.filter(line => QUESTION.test(line)).length,
    models,
  }
}

// --- internal ---

/** Of a repository that names none. */
const ONLY = 'production'

/** Models by the branches of their environments, where these are called alike. */
function ofBranches(
  branches: readonly FoundBranch[],
): { branch: string; places: (PlacedModel & { environment: string })[] } | undefined {
  const all = branches.flatMap(one => {
    const environment = environmentOfBranch(one.name)
    const places = environment === undefined ? [] : placedModels(carriersIn(one))
    if (environment === undefined || places.length === 0) return []
    const branch = `${one.name.slice(0, -environment.length)}{environment}`
    return [{ branch, places: places.map(place => ({ ...place, environment })) }]
  })
  const [alike] = [...Map.groupBy(all, ({ branch }) => branch)].toSorted(
    ([, a], [, b]) => b.length - a.length,
  )
  if (!alike || alike[1].length < 2) return undefined
  return { branch: alike[0], places: alike[1].flatMap(({ places }) => places) }
}

function isOfFlux({ texts }: DeployFound): boolean {
  return [...texts.values()].some(text => /^apiVersion: *["']?[\w.-]*toolkit\.fluxcd\.io\//m.test(text))
}

function environmentLines(
  environments: readonly OrderedEnvironment[],
  {
    main,
    ways,
    unknown,
  }: {
    main: Way
    ways: ReadonlyMap<string, Way>
    unknown: readonly string[]
  },
): string[] {
  return [
    'environments:',
    ...(unknown.length > 0 && environments.length > 1
      ? [
          `  # ? In which order does a release enter ${unknown.map(shown).join(', ')}? Write \`after: <environment>\` into each that comes after another.`,
        ]
      : []),
    ...environments.flatMap(({ name, after }) => {
      const way = ways.get(name)!
      const own = isSameWay(way, main) ? [] : differenceLines(way, main)
      const before =
        after.length === 0 ? [] : [`after: ${after.length === 1 ? quoted(after[0]!) : list(after)}`]
      if (own.length === 0) return [`  ${quoted(name)}: {${before.length > 0 ? ` ${before[0]} ` : ''}}`]
      return [`  ${quoted(name)}:`, ...indented([...before, ...own], '    ')]
    }),
  ]
}

function modelsLines(
  models: readonly string[],
  places: readonly (PlacedModel & { environment: string })[],
  { environments, ways }: { environments: readonly OrderedEnvironment[]; ways: ReadonlyMap<string, Way> },
): string[] {
  const bodies = models.flatMap(model => {
    const own = places.filter(one => one.model === model)
    const unclear = [...new Set(own.flatMap(one => one.unclear))]
    const overlays = [...new Set(own.flatMap(one => one.overlays))]
    const isAsked = unclear.length + overlays.length > 0
    const skipped = environments
      .map(({ name }) => name)
      .filter(name => isAsked || !own.some(one => one.environment === name))
    const skip = skipped.length > 0 ? [`skip: ${listed(skipped)}`] : []
    const lines = [...ownLines(own, ways), ...skip]
    if (lines.length === 0) return own.some(isUnnamed) ? [`  ${quoted(model)}: {}`] : []
    const asked = [
      ...question(
        `Which of these does a release of ${shown(model)} change? Correct the options, and delete its \`skip\`.`,
        unclear,
      ),
      ...question(
        `Where does each environment say its release of ${shown(model)}? What stands there now is in all of these. Give each a file or a patch of its own, name it in \`path\` and the options, and delete its \`skip\`.`,
        overlays,
      ),
    ]
    const [only, ...more] = lines
    return more.length === 0 && !only!.startsWith('path:')
      ? [...asked, `  ${quoted(model)}: { ${only} }`]
      : [...asked, `  ${quoted(model)}:`, ...indented(lines, '    ')]
  })
  return bodies.length === 0 ? [] : ['models:', ...bodies]
}

/** Nothing where nothing is unclear. */
function question(text: string, about: readonly string[]): string[] {
  return about.length === 0 ? [] : [`  # ? ${text}`, ...about.map(one => `  #     ${shown(one)}`)]
}

/** Where a model stands otherwise than its environments say: everywhere alike, or in some. */
function ownLines(
  own: readonly (PlacedModel & { environment: string })[],
  ways: ReadonlyMap<string, Way>,
): string[] {
  const other = own.filter(one => !isSameWay(one.way, ways.get(one.environment)!))
  if (other.length === 0) return []
  const [first] = other
  const isAlike = other.length === own.length && other.every(one => isSameWay(one.way, first!.way))
  // The clusters are those of the environment.
  const difference = (way: Way, from: Way) =>
    differenceLines(way, from).filter(line => !line.startsWith('clusters:'))
  if (isAlike) return difference(first!.way, inheritedBy(own.map(one => ways.get(one.environment)!)))
  return [
    'environments:',
    ...other.flatMap(one => [
      `  ${quoted(one.environment)}:`,
      ...indented(difference(one.way, ways.get(one.environment)!), '    '),
    ]),
  ]
}

function shown(text: string): string {
  return shortened(visible(text), 200)
}
