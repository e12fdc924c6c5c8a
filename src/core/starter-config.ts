/**
 * The first `assay.yml` of a repository, from what is in it. Pure: the command lists files and reads one header.
 */

export interface RepositoryFacts {
  /** Name of the folder or repository. */
  name: string
  /** Paths of files, relative, at most two folders deep. */
  files: string[]
  /** Header of the predictions file, if one was found. */
  columns?: string[]
}

export interface Starter {
  path: string
  text: string
}

/** A configuration that passes `assay check`, with a comment wherever a guess was made. */
export function starterConfig(facts: RepositoryFacts): Starter {
  const has = (...names: string[]) => names.find(name => facts.files.includes(name))
  const train = has('train.py', 'src/train.py', 'train.mjs', 'train.js', 'train.sh')
  const evaluate = has(
    'evaluate.py',
    'eval.py',
    'src/evaluate.py',
    'src/eval.py',
    'evaluate.mjs',
    'evaluate.js',
  )
  const dvc = has('dvc.yaml')
  const predictions = predictionsFileIn(facts.files)
  const metrics = ownFiles(facts.files).find(file => /(metrics|scores)\.(json|ya?ml|csv)$/.test(file))
  const champion = facts.files.some(file => file.startsWith('champion/'))
  const guess = (stem: string) => (has('package.json') ? `node ${stem}.mjs` : `python ${stem}.py`)
  const columns = predictionColumns(facts.columns)
  const model = modelName(facts.name)
  const lines = [
    `model: ${scalar(model)}`,
    command('train', dvc && !train ? 'dvc repro' : train && runner(train), guess('train')),
    command('evaluate', evaluate && runner(evaluate), dvc && !train ? undefined : guess('evaluate')),
    metrics ? `metrics: ${scalar(metrics)}` : undefined,
    'predictions:',
    `  file: ${scalar(predictions ?? 'predictions.csv')}${predictions ? '' : '   # one row per test example: id, label, score'}`,
    ...columns.map(line => `  ${line}`),
    'gates:',
    '  # How much worse than the champion is still acceptable is your decision: change the margin.',
    `  - metric: ${columns.some(line => line.startsWith('score')) ? 'roc_auc' : 'accuracy'}`,
    '    not_worse_than: champion',
    '    margin: 0.01',
    champion
      ? 'champion: champion'
      : '# champion: champion           # a folder with the same files, made by the model that serves now;',
    '# champion:                    # or a command that evaluates it',
    `#   run: ${guess('evaluate')} --model champion`,
    has('dvc.lock') ? 'data: [dvc.lock]' : undefined,
  ]
  return { path: 'assay.yml', text: `${lines.filter(line => line !== undefined).join('\n')}\n` }
}

/** The predictions that the candidate's evaluation writes, as far as a name tells. */
export function predictionsFileIn(files: string[]): string | undefined {
  return ownFiles(files).find(file => /predictions?\.(csv|tsv|parquet)$/.test(file))
}

// --- internal ---

/** Without what the champion and Assay itself left there. */
function ownFiles(files: string[]): string[] {
  return files.filter(file => !/^(champion|assay-result|assay-demo)\//.test(file))
}

function modelName(name: string): string {
  return (
    name
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^[^A-Za-z0-9]+/, '')
      .slice(0, 63) || 'model'
  )
}

/** A word as YAML, quoted where YAML would read something else: a number, a boolean, a comment. */
function scalar(text: string): string {
  const plain = /^[A-Za-z_][\w./-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
  return plain ? text : JSON.stringify(text)
}

function runner(file: string): string {
  if (file.endsWith('.py')) return `python ${file}`
  return file.endsWith('.sh') ? `bash ${file}` : `node ${file}`
}

function command(key: string, found: string | undefined, guess: string | undefined): string | undefined {
  if (found) return `${key}: ${found}`
  return guess && `${key}: ${guess}   # change to your command`
}

function predictionColumns(columns: string[] | undefined): string[] {
  const pick = (...names: string[]) => columns?.find(column => names.includes(column.toLowerCase()))
  const score = pick('score', 'proba', 'probability', 'y_score', 'y_proba', 'pred_proba')
  const prediction = pick('prediction', 'pred', 'y_pred', 'predicted')
  const lines = [
    `id: ${scalar(pick('id', 'row_id', 'index', 'example_id') ?? 'id')}`,
    `label: ${scalar(pick('label', 'target', 'y', 'y_true') ?? 'label')}`,
  ]
  if (score || !prediction) lines.push(`score: ${scalar(score ?? 'score')}`)
  if (prediction) lines.push(`prediction: ${scalar(prediction)}`)
  return lines
}
