import { type PlainYaml, parsePlainYaml } from '../../core/yaml/plain.ts'
import type { Finding } from './findings.ts'
import { isHead, isOwn, type Variables, variablesOf } from './head-references.ts'
import {
  actionPaths,
  type Mapping,
  mapping,
  parseActions,
  type RunStep,
  type StepsFile,
  stepsThatRun,
  type TextFile,
} from './local-actions.ts'

/**
 * Workflows that hand the repository to whoever opens a pull request, each by file and line: those that run with its secrets
 * and a token that writes, and then check out what the pull request brings; those that give the token everything.
 *
 * Only what the files say can be judged. What a checkout takes from somewhere else is named as not known. Steps of the
 * repository's own actions count where a workflow uses them.
 *
 * @param files workflows
 * @param actions files of the actions that they use from the repository itself
 * https://docs.zizmor.sh/audits/#dangerous-triggers, https://securitylab.github.com/resources/github-actions-preventing-pwn-requests
 */
export function dangerousWorkflows(files: readonly TextFile[], actions: readonly TextFile[] = []): Finding[] {
  const read = files.map(({ path, text }) => ({ path, yaml: parsePlainYaml(text) }))
  const workflows = read.flatMap(({ path, yaml }) => (yaml ? [workflowOf(path, yaml)] : []))
  // A forge runs no file that is no YAML; what only we cannot read, it may.
  const unreadable = read
    .filter(({ yaml }, at) => !yaml && SUSPICIOUS.test(files[at]!.text))
    .map(({ path }) => warning(`${path} cannot be read as YAML: nothing is known of what it runs`))
  inherit(workflows)
  const local = parseActions(actions)
  const found = workflows.flatMap(one => [...everything(one), ...checkouts(one, local)])
  const told = new Map([...unreadable, ...found].map(finding => [finding.text, finding]))
  return [...told.values()]
}

// --- internal ---

const SUSPICIOUS = /pull_request_target|workflow_run|issue_comment|write-all/i

/** Events whose runs have secrets and a token that writes, although a pull request of anybody sets them off. */
const PRIVILEGED: Record<string, string> = {
  pull_request_target: 'run it on `pull_request`',
  workflow_run: 'take no more than data from the other run: docs/forks.md',
  issue_comment: 'start it by `workflow_dispatch`, after somebody has read the code',
}

interface Workflow extends StepsFile {
  events: Set<string>
  jobs: [name: string, job: Mapping][]
}
type Path = readonly (string | number)[]

function workflowOf(path: string, yaml: PlainYaml): Workflow {
  const { on, jobs } = mapping(yaml.value)
  const names = typeof on === 'string' ? [on] : Array.isArray(on) ? on : Object.keys(mapping(on))
  const events = new Set(names.map(name => String(name).trim().toLowerCase()))
  return {
    path,
    yaml,
    events,
    jobs: Object.entries(mapping(jobs)).map(([name, job]) => [name, mapping(job)]),
  }
}

/** A workflow that another one calls runs on the events of that one. */
function inherit(workflows: readonly Workflow[]): void {
  for (let changed = true; changed; ) {
    changed = false
    for (const { events, jobs } of workflows)
      for (const [, { uses }] of jobs) {
        const called = workflows.find(({ path }) => `./${path}` === uses)
        for (const event of called ? events : [])
          if (event in PRIVILEGED && !called!.events.has(event)) {
            called!.events.add(event)
            changed = true
          }
      }
  }
}

function everything({ path, yaml, jobs }: Workflow): Finding[] {
  const permissions: [unknown, Path][] = [
    [mapping(yaml.value).permissions, ['permissions']],
    ...jobs.map(([name, job]): [unknown, Path] => [job.permissions, ['jobs', name, 'permissions']]),
  ]
  return permissions
    .filter(([given]) => typeof given === 'string' && given.trim().toLowerCase() === 'write-all')
    .map(([, at]) =>
      problem(
        `${path}:${yaml.line(at)}: \`permissions: write-all\` lets every step push, release and change the repository (name what the job needs, such as \`contents: read\`)`,
      ),
    )
}

function checkouts(workflow: Workflow, actions: readonly StepsFile[]): Finding[] {
  const [event] = Object.keys(PRIVILEGED).filter(name => workflow.events.has(name))
  if (event === undefined) return []
  const outer = mapping(mapping(workflow.yaml.value).env)
  return workflow.jobs.flatMap(([name, job]) => {
    const runStep = (step: Mapping, at: Path): RunStep => {
      const env = { ...outer, ...mapping(job.env), ...mapping(step.env) }
      return { step, file: workflow, at, env }
    }
    const steps = Array.isArray(job.steps) ? job.steps.map(mapping) : []
    const left = { steps: MOST_STEPS }
    const all = stepsThatRun(
      steps.map((step, at) => runStep(step, ['jobs', name, 'steps', at])),
      actions,
      left,
    )
    const artifacts: string[] = []
    // A job that calls another workflow hands over inputs as a step does.
    const call = runStep({ uses: job.uses, with: job.with }, ['jobs', name])
    const cut = warning(`${workflow.path}: ${name} has ${MOST_STEPS} steps or more: the others are not known`)
    return [
      ...[call, ...all].flatMap(one => stepFindings(one, { event, artifacts })),
      ...(left.steps > 0 ? [] : [cut]),
    ]
  })
}

/** Of a job, with those of the actions that it uses. */
const MOST_STEPS = 2000

interface StepContext {
  event: string
  /** Where earlier steps have put what another run left; '' is the workspace. */
  artifacts: string[]
}

function stepFindings(
  { step, file, at, env, used = '' }: RunStep,
  { event, artifacts }: StepContext,
): Finding[] {
  const variables = variablesOf(env)
  const where = (...path: Path) => `${file.path}:${file.yaml.line([...at, ...path])}${used}`
  const fix = PRIVILEGED[event]
  const danger = (line: string, does: string) =>
    problem(
      `${line}: \`${event}\` runs with the repository's secrets and a token that writes, and ${does} (${fix})`,
    )
  const uses = typeof step.uses === 'string' ? step.uses.trim() : ''
  const script = typeof step.run === 'string' ? commandsIn(step.run) : []
  const findings: Finding[] = []
  for (const [input, given] of Object.entries(mapping(step.with))) {
    if (!(at.length === 2 ? NAMES_CODE : TAKES_CODE).test(input)) continue
    if (findings.length > 0) break
    const line = where('with', input)
    const value = String(given)
    if (isHead(value, variables))
      findings.push(danger(line, 'this step checks out what the pull request brings'))
    else if (/checkout/i.test(uses) && !isOwn(value, variables))
      findings.push(
        warning(
          `${line}: \`${event}\` runs with the repository's secrets, and nobody can tell from here what \`${input}\` is: it must be nothing that a pull request chooses (${fix})`,
        ),
      )
  }
  if (actionPaths(uses).length > 0 && at.length > 2)
    findings.push(
      warning(
        `${where('uses')}: \`${event}\` runs with the repository's secrets, and nothing is known of what ${uses} runs: it cannot be read here (${fix})`,
      ),
    )
  if (event === 'workflow_run' && findings.length === 0 && /^actions\/checkout@/i.test(uses))
    findings.push(
      warning(
        `${where('uses')}: \`workflow_run\` runs with the repository's secrets and checks out its default branch: nothing of it may run what the other run has left (${fix})`,
      ),
    )
  if (script.some(command => fetchesHead(command, variables)))
    findings.push(danger(where('run'), 'this step fetches what the pull request brings'))
  if (script.some(command => RUNS_FILES.test(command) && artifacts.some(path => command.includes(path))))
    findings.push(danger(where('run'), 'this step may run what an artifact of the other run holds'))
  if (event === 'workflow_run') artifacts.push(...downloads(uses, mapping(step.with), script))
  return findings
}

/** Where a step puts an artifact: the last part of its path, as variables may stand before it. */
function downloads(uses: string, inputs: Mapping, script: readonly string[]): string[] {
  if (script.some(command => /\bgh\s+run\s+download\b/.test(command))) return ['']
  if (!/download-(?:workflow-)?artifact/i.test(uses)) return []
  const parts = String(inputs.path ?? '').split('/')
  return [parts.filter(part => part !== '' && part !== '.').at(-1) ?? '']
}

/** Inputs that say which code is taken: of steps, whose other inputs may name a branch for many reasons, and of workflows. */
const TAKES_CODE = /^(?:ref|repository|commit|sha)$/i
const NAMES_CODE = /ref|repository|commit|sha|branch/i

/** Commands of a script, without comments and with continued lines as one. */
function commandsIn(script: string): string[] {
  return script
    .replace(/[\\`]\r?\n\s*/g, ' ')
    .split(/\r?\n/)
    .filter(line => !/^\s*#/.test(line))
}

function fetchesHead(command: string, variables: Variables): boolean {
  if (/\b(?:gh|hub)\b[^|;&]*\bpr\s+(?:checkout|co)\b/.test(command)) return true
  if (!/\b(?:git|gh|curl|wget)\b/.test(command) || TELLS.test(command)) return false
  return isHead(command, variables)
}

/** Calls that say something of a commit or of its pull request, or ask what there is, and fetch no file of it. */
const TELLS =
  /^[^|;&]*(?:\/(?:statuses|check-runs|check-suites|comments|reviews|labels|deployments|dispatches|pulls)\b|\bgh\s+(?:pr|issue|run|label)\s+(?:comment|edit|review|view|list|merge|close|ready)\b)[^|;&]*$/

/** What starts a file: an interpreter with one, a path, a package manager in a folder, a line for later steps. */
const RUNS_FILES =
  /(?:^|[;&|(]\s*|\s)(?:(?:bash|sh|zsh|source|\.|python3?|node|ruby|perl|pwsh|deno|bun|Rscript|julia)\s+(?!-c\b|-e\b)\S*[/.]|\.\/\S|chmod\s+\S*\+?x|(?:npm|yarn|pnpm)\s+(?:ci|i|install|run|test|start)\b|pip3?\s+install\s+(?:-r|-e|\.)|make\b)|>>?\s*"?\$\{?GITHUB_(?:ENV|PATH)\b/

function problem(text: string): Finding {
  return { level: 'problem', text }
}

function warning(text: string): Finding {
  return { level: 'warning', text }
}
