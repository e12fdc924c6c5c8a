import { execFileSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gitEnvironment } from '../support/git-repository.ts'
import { ARGOCD } from './cluster.ts'

/** The repositories of a run: `examples/deploy-repo`, and one of models that are released into it. */
export interface Repositories {
  /** Of a clone that people work in. */
  deploy: string
  models: string
  /** Where Argo CD and Assay find the deploy repository. */
  deployUrl: string
}

/** Models that `examples/deploy-repo` has no folder for: each is one like `churn`. */
export const MORE_MODELS = ['kit', 'guest']

export function makeRepositories(folder: string, served: { folder: string; url: string }): Repositories {
  const deployUrl = `${served.url}/deploy.git`
  const made = { deploy: join(folder, 'deploy'), models: join(folder, 'models'), deployUrl }
  cpSync('examples/deploy-repo', made.deploy, { recursive: true })
  for (const model of MORE_MODELS) {
    cpSync(join(made.deploy, 'apps/churn'), join(made.deploy, 'apps', model), { recursive: true })
    rewrite(join(made.deploy, 'apps', model), text => text.replaceAll('churn', model))
  }
  // Of the kinds there, DestinationRule is the one that the cluster has no definition of.
  rewrite(join(made.deploy, 'apps/ranking'), text => text.split('\n---\n')[0]!)
  const settings = `argocd: { server: '${ARGOCD}', project: ml }`
  // All models are let in beforehand, so that a first release waits for nobody.
  const from = `from: '${served.url}/models'`
  const letIn = (text: string) =>
    text
      .replace(
        /^models:\n/m,
        `$&${['churn', ...MORE_MODELS].map(model => `  ${model}: { ${from} }\n`).join('')}`,
      )
      .replace(/^ {2}(?:forecast|fraud|ranking):\n/gm, `$&    ${from}\n`)
  rewrite(made.deploy, text => letIn(text.replace(/^# argocd: .*$/m, settings)), 'assay-deploy.yml')
  publish(made.deploy, join(served.folder, 'deploy.git'), deployUrl)

  mkdirSync(made.models)
  const models = ['churn', ...MORE_MODELS, 'forecast', 'fraud', 'ranking']
  const lines = models.map(model => modelLine(model, made))
  writeFileSync(join(made.models, 'assay.yml'), `models:\n${lines.join('')}`)
  writeFileSync(join(made.models, 'evaluate.mjs'), EVALUATE)
  writeFileSync(join(made.models, '.gitignore'), 'predictions.csv\nassay-result/\n')
  publish(made.models, join(served.folder, 'models.git'), `${served.url}/models.git`)
  return made
}

/**
 * One more model, in both repositories.
 *
 * @param lines what `assay-deploy.yml` says of it, below its name
 * @param overlays texts of its manifests, by environment and file
 */
export function addModel(
  made: Repositories,
  model: string,
  lines: string,
  overlays: Record<string, Record<string, string>>,
): void {
  const { deploy, models, deployUrl } = made
  const config = readDeploy(made, 'assay-deploy.yml')
  const files: Record<string, string> = {
    'assay-deploy.yml': `${config}  ${model}:\n    from: '${deployUrl.replace('/deploy.git', '/models')}'\n${lines}`,
  }
  for (const [environment, texts] of Object.entries(overlays)) {
    const folder = `apps/${model}/overlays/${environment}`
    mkdirSync(join(deploy, folder), { recursive: true })
    for (const [name, text] of Object.entries(texts)) files[`${folder}/${name}`] = text
  }
  commitToDeploy(made, `Add ${model}`, files)
  appendFileSync(join(models, 'assay.yml'), modelLine(model, made))
  commitToModels(made, `Add ${model}`)
}

/** As the platform team does: a commit on `main`; undefined deletes a file. */
export function commitToDeploy(
  { deploy }: Repositories,
  message: string,
  files: Record<string, string | undefined>,
): void {
  toNewest(deploy)
  for (const [path, text] of Object.entries(files))
    if (text === undefined) rmSync(join(deploy, path))
    else writeFileSync(join(deploy, path), text)
  commit(deploy, message)
  git(deploy, 'push', '--quiet', 'origin', 'main')
}

/** As a person does who approves: the branch of a promotion is merged into `main`. */
export function mergePromotion({ deploy }: Repositories, environment: string, model: string): void {
  toNewest(deploy)
  const branch = `origin/assay/promote/${environment}/${model}`
  git(deploy, 'merge', '--quiet', '--no-ff', '-m', `Approve ${model} in ${environment}`, branch)
  git(deploy, 'push', '--quiet', 'origin', 'main')
}

/** The record that an open promotion brings; undefined where there is none. */
export function readProposed(
  { deploy }: Repositories,
  environment: string,
  model: string,
): string | undefined {
  toNewest(deploy)
  const branch = `origin/assay/promote/${environment}/${model}`
  if (!git(deploy, 'branch', '--remotes').includes(`${branch}\n`)) return undefined
  return git(deploy, 'show', `${branch}:apps/${model}/overlays/${environment}/model-release.yaml`)
}

/** A commit of the models: another version of each. */
export function commitToModels({ models }: Repositories, message: string): void {
  writeFileSync(join(models, 'version.txt'), `${message}\n`)
  commit(models, message)
  git(models, 'push', '--quiet', 'origin', 'main')
}

export function readDeploy({ deploy }: Repositories, path: string): string {
  toNewest(deploy)
  return readFileSync(join(deploy, path), 'utf8')
}

// --- internal ---

/** Right for three rows of four, whatever the commit. */
const EVALUATE = `import { writeFileSync } from 'node:fs'
let rows = 'id,label,score\\n'
for (let i = 0; i < 400; i++) rows += \`\${i},\${i % 2},\${(i % 4 === 3 ? 0.1 : 0.1 + 0.8 * (i % 2))}\\n\`
writeFileSync('predictions.csv', rows)
`

function modelLine(model: string, { deployUrl }: Repositories): string {
  return `  ${model}: { evaluate: node evaluate.mjs, predictions: predictions.csv, gates: [{ metric: accuracy, at_least: 0.6 }], deploy: '${deployUrl}', owner: kim }\n`
}

function toNewest(folder: string): void {
  git(folder, 'fetch', '--quiet', '--prune', 'origin')
  git(folder, 'reset', '--quiet', '--hard', 'origin/main')
}

function publish(folder: string, bare: string, url: string): void {
  git(folder, 'init', '--quiet', '--initial-branch=main')
  commit(folder, 'As it begins')
  mkdirSync(bare)
  git(bare, 'init', '--quiet', '--bare', '--initial-branch=main')
  git(bare, 'config', 'http.receivepack', 'true')
  // Not through the server: it may be in this very process, which waits here.
  git(folder, 'push', '--quiet', bare, 'main')
  git(folder, 'remote', 'add', 'origin', url)
}

function commit(folder: string, message: string): void {
  git(folder, 'add', '--all')
  git(folder, 'commit', '--quiet', '--message', message)
}

/** With the real clock: the history of a run is read by its times. */
function git(folder: string, ...parameters: string[]): string {
  const person = { GIT_AUTHOR_NAME: 'Kim', GIT_AUTHOR_EMAIL: 'kim@example.com' }
  const committer = { GIT_COMMITTER_NAME: 'Kim', GIT_COMMITTER_EMAIL: 'kim@example.com' }
  const env = { ...gitEnvironment(), ...person, ...committer }
  return execFileSync('git', parameters, { cwd: folder, env, encoding: 'utf8', stdio: 'pipe' })
}

function rewrite(folder: string, change: (text: string) => string, only?: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (only === undefined ? !name.endsWith('.yaml') : name !== only) continue
    writeFileSync(join(folder, name), change(readFileSync(join(folder, name), 'utf8')))
  }
}
