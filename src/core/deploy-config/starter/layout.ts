import { ENVIRONMENT_NAME, MODEL_NAME } from '../../text/names.ts'
import type { Carrier, Json } from './carriers/carrier.ts'
import { environmentOf } from './carriers/environments.ts'
import { partOf, withNames } from './names.ts'

/** Where models stand in environments, and how a release is written there, from all that says which serves. */

/** What one promotion writes: keys of `assay-deploy.yml`. */
export interface Way {
  path: string
  target: string
  options: { [key: string]: Json }
  also: { target: string; options: { [key: string]: Json } }[]
  /** Folders of the environment that differ in this alone; `{cluster}` stands for it. */
  clusters?: string[]
}

/** A model in an environment; without one, nothing says which it is. */
export interface PlacedModel {
  model: string
  environment: string | undefined
  way: Way
  /** What could be the release's, where several could. */
  unclear: string[]
  /** Overlays of several environments that are built upon it. */
  overlays: string[]
  /** Values that a training may bring, each as one more of `set`. */
  parameters: { [key: string]: Json }[]
  /** Images beside its address that stay, each with its file. */
  left: string[]
  /** Those that a target of their own would write, each as one more of `also`. */
  besides: { [key: string]: Json }[]
}

/** Every model in every environment, by what carries its release there. */
export function placedModels(carriers: readonly Carrier[]): PlacedModel[] {
  const placed = carriers.flatMap(carrier => placedCarrier(carrier) ?? [])
  const ofModels = Map.groupBy(placed, ({ model }) => model)
  const all = [...ofModels].flatMap(([model, own]) => {
    const named = own.filter(({ environment }) => environment !== undefined)
    const places = Map.groupBy(named.length > 0 ? named : own, ({ environment }) => environment)
    return [...places].map(([environment, here]) => ({
      model,
      environment,
      here: here.toSorted((a, b) => rankOf(a) - rankOf(b)),
    }))
  })
  // The clusters of an environment are those of all its models.
  const clustered = new Map(
    [...Map.groupBy(all, ({ environment }) => environment)].map(([environment, own]) => {
      const ways = own.map(({ here }) => clusterWay(here))
      const [first] = ways
      const isOne = ways.every(way => way && String(way.clusters) === String(first!.clusters))
      return [environment, isOne]
    }),
  )
  return all.map(
    ({ model, environment, here }): PlacedModel => ({
      ...{ model, environment },
      ...{ unclear: here.flatMap(one => one.unclear), overlays: here.flatMap(one => one.overlays) },
      parameters: here.flatMap(one => (one.beside ? [] : one.parameters)),
      besides: besidesOf(here),
      left: here.flatMap(one => one.left),
      way: (clustered.get(environment) && clusterWay(here)) || plainWay(here),
    }),
  )
}

/** The way that most of the places have. */
export function commonWay(places: readonly PlacedModel[]): Way {
  const counted = Map.groupBy(places, ({ way }) => JSON.stringify(way))
  const [most] = [...counted.values()].toSorted((a, b) => b.length - a.length)
  return most![0]!.way
}

export function isSameWay(a: Way, b: Way): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Whether the first release alone brings the model's name into the repository: until then nothing there says it. */
export function isUnnamed({ way: { path, options } }: PlacedModel): boolean {
  return (
    options.add === true && !JSON.stringify([path, options.file ?? '', options.set ?? '']).includes('{model}')
  )
}

// --- internal ---

function besidesOf(own: readonly PlacedCarrier[]): { [key: string]: Json }[] {
  const path = commonFolder(own.map(({ folder }) => folder))
  return own.flatMap(({ beside, parameters, ...one }) =>
    beside && parameters.length > 0
      ? [
          {
            target: 'yaml',
            options: optionsIn(
              { ...one, beside, parameters, target: 'yaml', options: { ...beside, set: parameters } },
              path,
            ),
          },
        ]
      : [],
  )
}

function plainWay(own: readonly PlacedCarrier[]): Way {
  const [first, ...others] = own
  const path = commonFolder(own.map(({ folder }) => folder))
  return {
    ...{ path, target: first!.target, options: optionsIn(first!, path) },
    also: others.map(one => ({ target: one.target, options: optionsIn(one, path) })),
  }
}

/** Of places that are called like clusters and are alike in all else. */
function clusterWay(own: readonly PlacedCarrier[]): Way | undefined {
  const path = commonFolder(own.map(({ folder }) => folder))
  const at = path === '.' ? 0 : path.split('/').length
  const clusters = own.map(({ folder }) => folder.split('/')[at] ?? '')
  const isAbove = /(^|\/)(clusters|regions)$/.test(path)
  const areNamed = clusters.every(name => ENVIRONMENT_NAME.test(name) && (isAbove || CLUSTER.test(name)))
  if (own.length < 2 || !areNamed || new Set(clusters).size < own.length) return undefined
  const [way, ...others] = own.map(
    ({ folder, ...one }): Way => ({
      ...{ path, target: one.target },
      options: optionsIn({ ...one, folder: folder.split('/').with(at, '{cluster}').join('/') }, path),
      also: [],
    }),
  )
  return others.every(one => isSameWay(one, way!)) ? { ...way!, clusters } : undefined
}

/** `eu`, `us-east-1`, `europe-west4`, `cluster-a`. */
const CLUSTER =
  /^(?:(?:eu|us|uk|de|ap|apac|asia|emea|na|sa|ca|af|me|europe|northamerica|southamerica|australia|east|west|north|south|central)\d*(?:-[a-z0-9]+)*|(?:cluster|region|zone|dc)(?:\d+|-[a-z0-9-]+))$/

interface PlacedCarrier {
  model: string
  environment: string | undefined
  /** With placeholders. */
  folder: string
  file: string
  target: string
  options: { [key: string]: Json }
  unclear: string[]
  overlays: string[]
  parameters: { [key: string]: Json }[]
  left: string[]
  beside: { [key: string]: Json } | undefined
}

/** Whose release is split, or brings the rest, first. */
const RANK = ['argo-rollouts', 'kserve', 'helm-values', 'kustomize', 'text', 'yaml']
const USUAL: Record<string, string> = {
  kustomize: 'kustomization.yaml',
  'helm-values': 'values.yaml',
  kserve: 'inference-service.yaml',
  'argo-rollouts': 'rollout.yaml',
}
const FOLDER = /^(?:[A-Za-z0-9_-]|\{model\}|\{environment\})(?:[A-Za-z0-9._-]|\{model\}|\{environment\})*$/
const FILE = /^(?:[A-Za-z0-9_{][A-Za-z0-9._{}-]*)$/

function rankOf({ target }: PlacedCarrier): number {
  return RANK.indexOf(target)
}

/** Undefined where a path has no place in a configuration. */
function placedCarrier(carrier: Carrier): PlacedCarrier | undefined {
  const at = carrier.environment === undefined ? environmentOf(carrier.file) : undefined
  const environment = carrier.environment ?? at?.environment
  const template = (at?.template ?? carrier.file).split('/')
  const names = carrier.names.filter(name => MODEL_NAME.test(name))
  const model =
    names.find(name => template.some(part => part === name || partOf(name).test(part))) ?? names[0]
  if (model === undefined) return undefined
  const folders = template
    .slice(0, -1)
    .map(part =>
      part === model || part.includes('{environment}') ? part.replace(partOf(model), () => '{model}') : part,
    )
  const file = template.at(-1)!.replace(partOf(model), () => '{model}')
  if (!folders.every(part => FOLDER.test(part)) || !FILE.test(file)) return undefined
  return {
    ...{
      model,
      environment,
      folder: folders.join('/') || '.',
      file,
      target: carrier.target,
    },
    options: withNames(carrier.options, { model, environment }) as { [key: string]: Json },
    unclear: carrier.unclear ?? [],
    overlays: carrier.overlays ?? [],
    left: (carrier.left ?? []).map(image => `${carrier.file}   ${image}`),
    beside: carrier.beside && (withNames(carrier.beside, { model, environment }) as { [key: string]: Json }),
    parameters: (carrier.parameters ?? []).map(
      ({ says: _, ...one }) => withNames(one, { model, environment }) as { [key: string]: Json },
    ),
  }
}

function optionsIn({ folder, file, target, options }: PlacedCarrier, from: string): { [key: string]: Json } {
  const whole = folder === '.' ? file : `${folder}/${file}`
  const way = from === '.' ? whole : whole.slice(from.length + 1)
  const { file: _, ...rest } = options
  return way === USUAL[target] ? rest : { file: way, ...rest }
}

/** The innermost folder that holds all of them: a file of a target lies below its path. */
function commonFolder(folders: readonly string[]): string {
  const parts = folders.map(folder => (folder === '.' ? [] : folder.split('/')))
  const [first = []] = parts
  const end = first.findIndex((part, at) => parts.some(one => one[at] !== part))
  return first.slice(0, end < 0 ? first.length : end).join('/') || '.'
}
