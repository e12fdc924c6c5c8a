import type { OptionSpecs } from '../../src/commands/command/command.ts'
import { choicesOf, type OptionSpec, valueWord } from '../../src/commands/command/option-kinds.ts'

/** What differs between the templates of the component project, apart from the options of their commands. */
export interface ComponentJob {
  /** The job in one line: the comment on top of the file. */
  summary: string
  name: string
  stage: string
  timeout: string
  /** Whether a newer pipeline may end the job. */
  interruptible: boolean
  /** When it runs: in merge requests and on the default branch, in one of them alone, by the schedule for drift, for a claim. */
  runs: keyof typeof RUNS
  /** What of the output folder is kept. */
  artifacts: keyof typeof ARTIFACTS
}

interface Input {
  description: string
  type?: 'boolean' | 'array'
  default: string | boolean | string[]
  options?: string[]
  regex?: string
}

/**
 * A template of the component project: `spec: inputs`, and one job that runs the command. An input is text that is put into
 * the YAML before that is read, so each has a pattern that keeps it inside its quotes, and none stands in the script: they
 * reach it as variables that nothing expands.
 */
export function componentTemplate(command: string, options: OptionSpecs, job: ComponentJob): string {
  return `# ${job.summary}
# Written by scripts/generate.ts from src/commands/command/options.ts: what is changed here is lost.
spec:
  inputs:
${Object.entries(componentInputs(options, job)).map(inputText).join('')}---
'$[[ inputs.job-name ]]':
  stage: '$[[ inputs.job-stage ]]'
  image: '$[[ inputs.job-image ]]'
  tags: $[[ inputs.job-tags ]]
  timeout: '$[[ inputs.job-timeout ]]'
${RUNS[job.runs]}  variables:
    GIT_DEPTH: 0   # what is compared with must be there
${[...OWN_VARIABLES, ...Object.keys(options)].map(variable).join('')}  script:
    - |
      set -eu
      assay=''
      set -- ${command}
${Object.entries(options).map(flag).join('')}      if [ -n "$ASSAY_INPUT_COMMAND" ]; then
        set -- $ASSAY_INPUT_COMMAND "$@"
      else
        assay="$(mktemp -d)"
        git init --quiet "$assay"
        git -C "$assay" fetch --quiet --depth 1 "$ASSAY_INPUT_REPOSITORY" "$ASSAY_INPUT_VERSION"
        git -C "$assay" checkout --quiet FETCH_HEAD
        set -- node "$assay/dist/cli.js" "$@"
      fi
      status=0
      "$@" || status=$?
      [ -z "$assay" ] || rm -rf "$assay"   # runners that keep their disk would fill it
      exit "$status"
${ARTIFACTS[job.artifacts]}`
}

/** The inputs of a template: those of the job and of where Assay comes from, then the options of the command. */
export function componentInputs(options: OptionSpecs, job: ComponentJob): Record<string, Input> {
  return {
    'job-name': {
      description: 'Name of the job.',
      default: job.name,
      regex: '^[A-Za-z0-9][A-Za-z0-9 :._/-]*$',
    },
    'job-stage': {
      description: 'Stage of the job.',
      default: job.stage,
      regex: '^[A-Za-z0-9.][A-Za-z0-9 ._-]*$',
    },
    'job-image': {
      description: 'Image with git, Node 22 or newer, and what your commands need.',
      default: 'node:24',
      regex: '^[A-Za-z0-9$][A-Za-z0-9._/:@{}$-]*$',
    },
    'job-tags': { description: 'Tags of the runner: those of your GPU runners.', type: 'array', default: [] },
    'job-timeout': {
      description: 'After how long the job is stopped.',
      default: job.timeout,
      regex: '^[0-9][0-9a-z ]*$',
    },
    'job-interruptible': {
      description: `Whether a newer pipeline of the branch ends the job${job.runs === 'merge_requests' ? ' in a merge request. On the default branch none does' : ''}.`,
      type: 'boolean',
      default: job.interruptible,
    },
    'assay-command': {
      description:
        'Command that runs Assay where the image brings it. Default: fetch it and run it with node.',
      default: '',
      regex: '^[A-Za-z0-9_./ -]*$',
    },
    'assay-repository': {
      description: 'Git repository that Assay is fetched from, or your mirror of it.',
      default: 'https://github.com/assay-ml/assay',
      regex: '^(https|file)://[A-Za-z0-9._:/-]*$',
    },
    'assay-version': {
      description: 'Tag, branch or commit that is fetched. A commit cannot be moved.',
      default: 'v0',
      regex: '^[A-Za-z0-9][A-Za-z0-9._/-]*$',
    },
    ...Object.fromEntries(Object.entries(options).map(([name, spec]) => [name, optionInput(spec)])),
  }
}

// --- internal ---

const OWN_VARIABLES = ['assay-command', 'assay-repository', 'assay-version']

/** In the pipeline of the schedule for drift nothing is trained or released. */
const NO_DRIFT = '    - { if: $ASSAY_DRIFT, when: never }\n'
const DEFAULT_BRANCH = '    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH\n'
const INTERRUPTIBLE = '  interruptible: $[[ inputs.job-interruptible ]]\n'
const ONE_BY_ONE = `${INTERRUPTIBLE}  resource_group: '$[[ inputs.job-name ]]'   # one after the other\n`
const RUNS = {
  // By its number, a merge request is known in a child pipeline too, whose source is `parent_pipeline`. On the default branch nothing
  // is ended: where merges follow each other quickly, none would ever be released.
  merge_requests: `  interruptible: false
  rules:
${NO_DRIFT}    - if: $CI_MERGE_REQUEST_IID
      interruptible: $[[ inputs.job-interruptible ]]
${DEFAULT_BRANCH}`,
  proposals: `${INTERRUPTIBLE}  rules:\n${NO_DRIFT}    - if: $CI_MERGE_REQUEST_IID\n`,
  // A pipeline of a schedule is one of the branch, too.
  default_branch: `${ONE_BY_ONE}  rules:\n${NO_DRIFT}${DEFAULT_BRANCH}`,
  // Whatever has become of the jobs before it: what serves, serves. In no group: while something is not live each waits until its
  // timeout, and behind it those of all newer pipelines would; two at once say what they see once.
  always: `${INTERRUPTIBLE}  rules:\n${NO_DRIFT}    - { if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH, when: always }\n`,
  // In the pipeline that a retraining has started; which of several runs has it, its claim decides.
  claim: `${INTERRUPTIBLE}  rules:\n${NO_DRIFT}    - if: '"$[[ inputs.claim ]]" != ""'\n`,
  schedule: `${ONE_BY_ONE}  rules:\n    - if: $CI_PIPELINE_SOURCE == "schedule" && $ASSAY_DRIFT\n`,
}

const ARTIFACTS = {
  none: '',
  drift: `  artifacts:
    when: always
    name: assay-drift
    expose_as: Assay drift
    paths: ['$[[ inputs.output ]]/']
`,
  reports: `  artifacts:
    when: always
    name: assay-result   # what the bot knows it by, whatever the job is called
    expose_as: Assay report
    paths: ['$[[ inputs.output ]]/']
    reports:
      junit: '$[[ inputs.output ]]/junit.xml'
      codequality: '$[[ inputs.output ]]/gl-code-quality.json'
      metrics: '$[[ inputs.output ]]/metrics.txt'
`,
}

/** What a value may look like, by its kind. Any other text may hold everything but the end of its quotes or its line. */
const PATTERNS: Record<string, string> = {
  file: '[A-Za-z0-9_][A-Za-z0-9_./-]*',
  folder: '[A-Za-z0-9_][A-Za-z0-9_./-]*',
  name: '[A-Za-z0-9][A-Za-z0-9._/-]*',
  number: '[1-9][0-9]*',
  ref: '[A-Za-z0-9_][A-Za-z0-9_./~^-]*',
}

function optionInput(spec: OptionSpec): Input {
  if (spec.kind === 'flag') return { description: spec.help, type: 'boolean', default: false }
  const words = choicesOf(spec)
  const given = { description: spec.help, default: spec.default ?? '' }
  if (words) return { ...given, options: words.includes(given.default) ? [...words] : ['', ...words] }
  const pattern = PATTERNS[valueWord(spec) ?? '']
  if (!pattern) return { ...given, regex: "^[^'\\r\\n]*$" }
  return { ...given, regex: given.default === '' ? `^(${pattern})?$` : `^${pattern}$` }
}

function inputText([name, input]: [string, Input]): string {
  const lines = Object.entries(input).map(([key, value]) => `      ${key}: ${yaml(value)}\n`)
  return `    ${name}:\n${lines.join('')}`
}

function variable(option: string): string {
  return `    ${variableOf(option)}: { value: '$[[ inputs.${option} ]]', expand: false }\n`
}

function flag([name, spec]: [string, OptionSpec]): string {
  const value = `"$${variableOf(name)}"`
  return spec.kind === 'flag'
    ? `      [ ${value} != true ] || set -- "$@" --${name}\n`
    : `      [ -z ${value} ] || set -- "$@" --${name} ${value}\n`
}

function variableOf(option: string): string {
  return `ASSAY_INPUT_${option
    .replace(/^assay-/, '')
    .replaceAll('-', '_')
    .toUpperCase()}`
}

function yaml(value: unknown): string {
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  return Array.isArray(value) ? `[${value.map(yaml).join(', ')}]` : String(value)
}
