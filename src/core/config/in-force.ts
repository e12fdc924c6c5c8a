import { maskPersonalData } from '../secrets/secrets.ts'
import { shortened } from '../text/visible-text.ts'
import type { Config, ModelConfig } from './config.ts'
import { renamesInFile, renamesInForce } from './gates.ts'
import { packagingWay } from './package.ts'

/**
 * Which side of a pull request counts for what. What is run, and where what it writes lies, is the pull request's own: code that
 * moves must find its new path. What it is judged by is the base's, so that nobody moves their own goalposts.
 */
export function configInForce(base: Config, own: Config): Config {
  const models = Object.entries(base.models).map(([name, modelConfig]) => {
    const theirs = own.models[name]
    return [name, theirs ? modelInForce(modelConfig, theirs) : modelConfig]
  })
  return { models: Object.fromEntries(models) as Config['models'] }
}

/** What a pull request changes that holds in its own run already, one sentence each. */
export function describeInForce(base: Config, inForce: Config): { evaluation: string[]; commands: string[] } {
  const changed = (keys: readonly (keyof typeof WORDS)[]) =>
    Object.entries(base.models).flatMap(([name, modelConfig]) =>
      keys.flatMap(key => {
        const [before, after] = [modelConfig, inForce.models[name]!].map(one => WORDS[key](one))
        return before === after ? [] : [`${name}: \`${key}\` is now ${after}; it was ${before}.`]
      }),
    )
  return { evaluation: changed(EVALUATION), commands: changed(COMMANDS) }
}

/**
 * Where a pull request has the files of `metric_code` that it moved: by its own list, in order, those that the base does not
 * name for those of the base's that it does not name. Which files they are stays the base's to say, and what is in them is
 * compared: code that has only moved is the same code.
 */
export function movedMetricCode(base: ModelConfig, own: ModelConfig): ReadonlyMap<string, string> {
  const added = own.metric_code.filter(file => !base.metric_code.includes(file))
  const gone = base.metric_code.filter(file => !own.metric_code.includes(file))
  return new Map(gone.flatMap((file, at) => (added[at] === undefined ? [] : [[file, added[at]]])))
}

// --- internal ---

/** A key that is added to the configuration must be put on one of the sides here, or this does not compile. */
function modelInForce(base: ModelConfig, own: ModelConfig): ModelConfig {
  return {
    train: own.train,
    dvc: own.dvc,
    evaluate: own.evaluate,
    metrics: filesOf(base, own),
    predictions: base.predictions && {
      ...base.predictions,
      file: own.predictions?.file ?? base.predictions.file,
    },
    folds: base.folds && { ...base.folds, file: own.folds?.file ?? base.folds.file },
    // Where an image is pushed to, and what it is put on, are no files of the pull request's and no commands.
    package: own.package && {
      ...own.package,
      image: base.package?.image,
      uri: base.package?.uri,
      base: base.package?.base,
    },
    parameters: own.parameters,
    notes: own.notes,
    drift: base.drift,
    profile: base.profile && { ...base.profile, data: own.profile?.data ?? base.profile.data },
    paths: base.paths,
    directions: base.directions,
    renamed: renamesInForce(base.renamed, own.renamed),
    rows: base.rows,
    proportions: base.proportions,
    metric_code: base.metric_code,
    data: base.data,
    champion: base.champion,
    deploy: base.deploy,
    retrain: base.retrain,
    baselines: base.baselines,
    scan: base.scan,
    mlflow: base.mlflow,
    owner: base.owner,
    seeds: base.seeds,
    budget: base.budget,
    gates: base.gates,
    waivers: base.waivers,
  } satisfies { [Key in keyof Required<ModelConfig>]: ModelConfig[Key] }
}

type MetricsFiles = ModelConfig['metrics']

/**
 * The pull request's files, and of those that the base has too, the base's names and rows: the same number must not come from
 * another row. A file of another name takes the place of the one that is gone, in their order. What it says beside a metric that is
 * only called something else may be called something else too.
 */
function filesOf(base: ModelConfig, own: ModelConfig): MetricsFiles {
  const gone = base.metrics.filter(entry => !own.metrics.some(({ file }) => file === entry.file))
  const ruled = new Set([...base.gates, ...base.waivers].map(({ metric }) => metric))
  const news = Object.entries(renamesInForce(base.renamed, own.renamed)).filter(([, now]) => !ruled.has(now))
  return own.metrics.map(entry => {
    const same = base.metrics.filter(({ file }) => file === entry.file)
    const at = own.metrics.filter(({ file }) => file === entry.file).indexOf(entry)
    const before = same.length > 0 ? same[at] : gone.shift()
    if (!before) return entry
    const { prefix, stderr, rows } = before
    const renamed = Object.entries(renamesInFile(Object.fromEntries(news), prefix))
    const withNew = <V>(said: Record<string, V>, theirs: Record<string, V>): Record<string, V> => {
      const added = renamed.filter(([old, now]) => Object.hasOwn(said, old) && Object.hasOwn(theirs, now))
      return { ...Object.fromEntries(added.map(([, now]) => [now, theirs[now]!])), ...said }
    }
    return {
      ...before,
      file: entry.file,
      ...(stderr && { stderr: withNew(stderr, entry.stderr ?? {}) }),
      ...(typeof rows === 'object' && {
        rows: withNew(rows, typeof entry.rows === 'object' ? entry.rows : {}),
      }),
    }
  })
}

const EVALUATION = ['evaluate', 'metrics', 'renamed', 'predictions', 'folds'] as const
const COMMANDS = ['train', 'dvc', 'package', 'parameters', 'notes', 'profile'] as const

const WORDS = {
  evaluate: (config: ModelConfig) => command(config.evaluate),
  metrics: (config: ModelConfig) => list(config.metrics.map(({ file }) => file)),
  renamed: ({ renamed }: ModelConfig) =>
    list(Object.entries(renamed).map(([before, now]) => `${before}: ${now}`)),
  predictions: (config: ModelConfig) => list(config.predictions && [config.predictions.file]),
  folds: (config: ModelConfig) => list(config.folds && [config.folds.file]),
  train: (config: ModelConfig) => command(config.train),
  dvc: ({ dvc }: ModelConfig) => list(dvc && [JSON.stringify(dvc)]),
  package: (config: ModelConfig) => packagingWords(config.package),
  parameters: (config: ModelConfig) => list(config.parameters && [config.parameters]),
  notes: (config: ModelConfig) => list(config.notes && [config.notes]),
  profile: (config: ModelConfig) => list(config.profile?.data && [config.profile.data]),
}

function packagingWords(packaging: ModelConfig['package']): string {
  const way = packaging && packagingWay(packaging)
  if (way?.way !== 'build') return command(packaging)
  const { build, from, kind, files } = way.build
  const dockerfile = from === undefined ? '' : ` from ${foreign(from)}`
  return `made by \`build: ${build}\`${dockerfile}, \`kind: ${kind}\`, of ${list(files)}`
}

function command(given: { run?: string; timeout: string } | undefined): string {
  if (given?.run === undefined) return 'nothing'
  return `${foreign(given.run)} (at most ${given.timeout})`
}

function list(files: readonly string[] | '' | undefined): string {
  return files && files.length > 0 ? files.map(foreign).join(', ') : 'nothing'
}

/** Masked before it enters a sentence, which is not looked at again. */
function foreign(text: string): string {
  return `\`${shortened(maskPersonalData(text), 200)}\``
}
