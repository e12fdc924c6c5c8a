import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { dangerousWorkflows } from '../ci/workflows/dangerous.ts'
import { type Finding, workflowFindings } from '../ci/workflows/findings.ts'
import { deployPipelineFindings } from '../ci/workflows/gitlab-deploy.ts'
import { gitlabFindings } from '../ci/workflows/gitlab-pipeline.ts'
import { retrainFindings } from '../ci/workflows/retraining.ts'
import type { ModelConfig } from '../core/config/config.ts'
import { pullCommand, trainingOf } from '../core/config/dvc.ts'
import { ruleInWords } from '../core/config/gates.ts'
import { isAssayError, positionWords } from '../core/errors/errors.ts'
import { count } from '../core/text/numbers.ts'
import { filesOfPattern } from '../services/files/pattern-files.ts'
import { championFindings } from './checks/champion.ts'
import { asksForChampion, checkDeploy } from './checks/deploy.ts'
import { dvcFindings } from './checks/dvc.ts'
import { numbersFindings } from './checks/numbers.ts'
import { packageFindings } from './checks/package.ts'
import { pathsFindings } from './checks/paths.ts'
import { checkDeployFile } from './checks/targets.ts'
import { readWorkflows } from './checks/workflows.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import type { CHECK_OPTIONS } from './command/options.ts'
import { checkoutProblem } from './project/checked-out.ts'
import { outputsOf } from './project/model-files.ts'
import { type Project, readProject, removedWords, type Selection, selectModels } from './project/project.ts'

/**
 * Validates what a pull request will need and says in one screen what will happen on the next one. Runs nothing. Whatever is
 * wrong with one part, the others are looked at too.
 */
export async function run(
  context: Context,
  options: OptionValues<typeof CHECK_OPTIONS>,
): Promise<CommandResult> {
  const deployFile = await checkDeployFile(context)
  const read = await readWhole(context, options, deployFile !== undefined)
  const deploy = 'project' in read ? await checkDeploy(context, read.project) : undefined
  const workflows = await readWorkflows(context.folder)
  const findings: Finding[] = [
    ...('project' in read ? projectFindings(context, options.config, read.project) : read.findings),
    ...('project' in read ? await pathsFindings(read.project) : []),
    ...('project' in read ? await championFindings(context.folder, read.project) : []),
    ...('project' in read ? await numbersFindings(context.folder, read.project) : []),
    ...('project' in read ? await dvcFindings(context, read.project) : []),
    ...('project' in read ? await packageFindings(context, read.project) : []),
    ...(deployFile?.findings ?? []),
    ...(deploy?.findings ?? []),
    ...workflows.unreadable,
    ...workflowFindings(workflows.files),
    ...retrainFindings(workflows.files),
    ...workflows.gitlab.flatMap(({ path, text }) => gitlabFindings(path, text)),
    ...(deployFile ? workflows.gitlab.flatMap(({ path, text }) => deployPipelineFindings(path, text)) : []),
    ...dangerousWorkflows(workflows.files, workflows.actions),
    // What is proved in a deploy repository is told here alone.
    ...(deployFile && !('project' in read) ? [] : await forgeFindings(context)),
    ...('project' in read ? await checkoutFindings(context, read.project) : []),
  ]
  const sections = [findings.map(finding => `${MARKS[finding.level]} ${finding.text}`).join('\n')]
  if ('project' in read)
    sections.push(`On the next pull request:\n${nextPullRequest(read, deploy!.champions).join('\n')}`)
  return {
    exitCode: findings.some(finding => finding.level === 'problem') ? 2 : 0,
    text: sections.join('\n\n'),
    json: {
      findings,
      ...(deployFile && { places: deployFile.places }),
      models: 'project' in read ? read.selected.map(({ model }) => model) : [],
      untouched: 'project' in read ? read.untouched : [],
      removed: 'project' in read ? read.removed : [],
    },
    outputs: {},
  }
}

// --- internal ---

const MARKS = { ok: '✓', warning: '!', problem: '✗' }

type Whole = { project: Project } & Selection

/** A repository that is deployed from needs no model of its own. */
async function readWhole(
  context: Context,
  options: OptionValues<typeof CHECK_OPTIONS>,
  isDeployed: boolean,
): Promise<Whole | { findings: Finding[] }> {
  try {
    const project = await readProject(context, options)
    return { project, ...(await selectModels(context, project, undefined)) }
  } catch (error) {
    if (!isAssayError(error)) throw error
    if (isDeployed && error.code === 'CONFIG_MISSING') return { findings: [] }
    return {
      findings: error.problems.map(({ what, where, fix }) => {
        const position = positionWords(where)
        return {
          level: 'problem',
          text: `${position ? `${position}: ` : ''}${what}${fix ? ` (${fix})` : ''}`,
        }
      }),
    }
  }
}

function projectFindings(context: Context, file: string, project: Project): Finding[] {
  const { config, configuration, removed, warnings } = project
  const from = configuration.source === 'base' ? ' at the base' : ''
  return [
    { level: 'ok', text: `${file}${from} is valid: ${Object.keys(config.models).join(', ')}` },
    ...[...configuration.changes, ...warnings].map((text): Finding => ({ level: 'warning', text })),
    ...Object.entries(config.models).flatMap(([name, modelConfig]) =>
      removed.includes(name) ? [] : pathFindings(context.folder, name, modelConfig),
    ),
    gitFinding(project),
  ]
}

function nextPullRequest(
  { selected, untouched, removed }: Whole,
  champions: ReadonlyMap<string, string>,
): string[] {
  return [
    ...selected.map(({ model, config }) => whatHappens(model, config, champions.get(model))),
    ...untouched.map(name => `  ${name}: skipped, nothing it depends on is touched`),
    ...removed.map(name => `  ${removedWords(name)}`),
  ]
}

function pathFindings(folder: string, name: string, config: ModelConfig): Finding[] {
  const findings: Finding[] = []
  const needed = [...config.data, ...config.metric_code, ...(config.notes ? [config.notes] : [])]
  for (const path of needed)
    if (!existsSync(join(folder, path)))
      findings.push({ level: 'problem', text: `${name}: ${path} does not exist` })
  for (const key of ['train', 'evaluate'] as const) {
    const script = scriptOf(config[key]?.run ?? '')
    if (script !== undefined && !existsSync(join(folder, script)))
      findings.push({ level: 'warning', text: `${name}: \`${key}\` runs ${script}, which does not exist` })
  }
  const written = outputsOf(config)
  const absent = written.filter(path => filesOfPattern(folder, path).length === 0)
  if (absent.length > 0 && !config.evaluate && !trainingOf(config))
    findings.push({
      level: 'problem',
      text: `${name}: ${absent.join(', ')} does not exist, and there is no \`train\` or \`evaluate\` command to write it`,
    })
  if (!config.champion && !config.deploy && asksForChampion(config))
    findings.push({
      level: 'warning',
      text: `${name}: gates compare with the champion, but no \`champion\` is configured: they will be inconclusive`,
    })
  return findings
}

/** The script of a command as plain as `python train.py`; what a shell makes of anything else is not guessed. */
function scriptOf(command: string): string | undefined {
  return /^(?:python3?|node|bash|sh|Rscript|julia) ([\w./-]+\.\w+)(?: |$)/.exec(command)?.[1]
}

async function forgeFindings(context: Context): Promise<Finding[]> {
  if (!context.forge)
    return [
      { level: 'warning', text: `no comment or check from here: ${context.forgeMissing ?? 'no forge'}` },
    ]
  try {
    const account = await context.forge.whoAmI()
    return [
      {
        level: 'ok',
        text: `${context.forge.name}: the token works${account ? ` and writes as ${account}` : ''}`,
      },
    ]
  } catch (error) {
    if (!isAssayError(error)) throw error
    return [
      {
        level: 'problem',
        text: `${context.forge.name}: ${error.message}${error.problems[0]?.fix ? ` (${error.problems[0].fix})` : ''}`,
      },
    ]
  }
}

async function checkoutFindings(context: Context, { repository, commit }: Project): Promise<Finding[]> {
  const problem = await checkoutProblem(context, repository, commit)
  return problem ? [{ level: 'problem', text: `${problem.what} (${problem.fix})` }] : []
}

function gitFinding(project: Project): Finding {
  if (!project.repository) return { level: 'problem', text: project.noBase }
  if (project.base !== undefined)
    return { level: 'ok', text: `compares with the base ${project.base.slice(0, 7)}` }
  return { level: 'ok', text: `git: at ${project.commit?.slice(0, 7) ?? 'no commit yet'}; ${project.noBase}` }
}

function whatHappens(name: string, config: ModelConfig, deployed: string | undefined): string {
  const seeds = config.seeds ? `, ${count(config.seeds.length, 'seed')}` : ''
  const champion = deployed ?? configuredChampion(config)
  const training = trainingOf(config)
  const pull = config.dvc?.pull ? `${pullCommand(config.dvc.pull, config.dvc.remote)}, then ` : ''
  return [
    `  ${name} (when ${config.paths.join(', ')} changes)`,
    `    1. train     ${pull}${training ? `${training.run} (at most ${training.timeout}${seeds})` : 'nothing: no train command'}`,
    `    2. evaluate  ${config.evaluate ? `${config.evaluate.run} (at most ${config.evaluate.timeout})` : 'nothing: files are read as they are'}`,
    `    3. compare   with the champion: ${champion}; with the base: the same files in git`,
    ...config.gates.map(
      (gate, index) =>
        `    ${index === 0 ? '4. judge     ' : '             '}${ruleInWords(gate)}${gate.if_inconclusive === 'fail' ? ' (inconclusive fails)' : ''}`,
    ),
    `    5. report    one comment, one check \`assay / ${name}\``,
  ].join('\n')
}

function configuredChampion({ champion }: ModelConfig): string {
  if (!champion) return 'nothing yet'
  if ('path' in champion) return `files in ${champion.path}`
  return `\`${champion.run}\``
}
