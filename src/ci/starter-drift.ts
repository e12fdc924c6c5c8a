import { RELEASED } from '../core/config/released.ts'
import type { Starter } from '../core/config/written/starter-config.ts'
import type { CiKind } from './starter.ts'

/** What the schedule is about; where it is not known, an example stands there. */
export interface DriftSubject {
  model: string | undefined
  /** The deploy repository, `owner/name`. */
  deploy: string | undefined
}

/**
 * The schedule that runs `assay drift` once a day, as long as the window of shift is, for each of the models by itself: one that is
 * critical keeps no other from being looked at. It may read the repository and write its issues, and no more.
 */
export function starterDrift(ci: CiKind, subjects: readonly DriftSubject[]): Starter {
  const all = (subjects.length > 0 ? subjects : [{ model: undefined, deploy: undefined }]).map(
    ({ model = 'churn', deploy = 'acme/deploy' }) => ({ model, deploy }),
  )
  return { path: STARTERS[ci].path, text: STARTERS[ci].text(all) }
}

/** What is left to do by hand. */
export function driftSteps(ci: CiKind, models: number): string[] {
  const which = models > 1 ? ' of the model that it is given first' : ''
  return [`write \`recent-rows.sh\`, which fetches the rows of the last day${which}`, ...STARTERS[ci].next]
}

// --- internal ---

interface Named {
  model: string
  deploy: string
}

/** Beside the manifests of the environment, as the layout has it that `assay-deploy.yml` begins with. */
const profileOf = ({ model }: Pick<Named, 'model'>) =>
  `deploy/environments/production/${model}/model-profile.yaml`

function github(all: readonly Named[]): string {
  const [first, ...others] = all
  if (others.length === 0) return githubWorkflow(first!, { strategy: '', rows: '', name: '' })
  const entries = all.map(({ model, deploy }) => `          - { model: '${model}', deploy: '${deploy}' }\n`)
  const each = { model: `\${{ matrix.model }}`, deploy: `\${{ matrix.deploy }}` }
  return githubWorkflow(each, {
    strategy: `    strategy:\n      fail-fast: false\n      matrix:\n        include:\n${entries.join('')}`,
    rows: `"$MODEL" `,
    name: `-${each.model}`,
  })
}

const githubWorkflow = (
  named: Named,
  { strategy, rows, name }: { strategy: string; rows: string; name: string },
) => `name: drift
on:
  schedule:
    - cron: '17 5 * * *'   # once a day: as long as the window of shift
  workflow_dispatch:
permissions:
  contents: read
  issues: write   # the issue about the model
concurrency:
  group: assay-drift
jobs:
  drift:
${strategy}    runs-on: ubuntu-latest
    timeout-minutes: 30
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false
      # What serves, with the profile that it was accepted on. The token needs contents: read there and nothing else.
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          repository: ${named.deploy}
          path: deploy
          token: \${{ secrets.DEPLOY_READ_TOKEN }}
          persist-credentials: false
      # Your own: the rows of the last day as the model was given them, with what it answered.
      - run: ./recent-rows.sh ${rows}recent.parquet
${rows === '' ? '' : `        env: { MODEL: '${named.model}' }\n`}      - uses: assay-ml/assay@${RELEASED.commit} # ${RELEASED.tag}
        with:
          command: drift
          rows: recent.parquet
          profile: ${profileOf(named)}
          environment: production
          issue: true
          # Where a collector counts live traffic, these in place of rows, profile and the two steps above:
          # model: ${named.model}
          # collector: https://collector.example.com   # with ASSAY_COLLECTOR_TOKEN in env
          # deploy-token: \${{ secrets.DEPLOY_READ_TOKEN }}
        env:
          ASSAY_SLACK_WEBHOOK: \${{ secrets.ASSAY_SLACK_WEBHOOK }}   # where it is not set, Slack is not told
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: always()
        with:
          name: assay-drift${name}
          path: assay-result/drift.*
`

function gitlab(all: readonly Named[]): string {
  const jobs = all.map(named => ({
    ...named,
    job: all.length > 1 ? `assay-drift-${named.model}` : 'assay-drift',
    rows: all.length > 1 ? `${named.model} ` : '',
  }))
  return `include:
${jobs.map(gitlabInclude).join('')}
${jobs.map(gitlabJob).join('\n')}`
}

interface GitlabJob extends Named {
  job: string
  /** The model, where there are several. */
  rows: string
}

const gitlabInclude = ({
  job,
  rows,
  ...named
}: GitlabJob) => `  - remote: https://raw.githubusercontent.com/assay-ml/assay/${RELEASED.commit}/gitlab-component/templates/drift.yml
    inputs:
${rows === '' ? '' : `      job-name: ${job}\n`}      assay-version: '${RELEASED.commit}' # ${RELEASED.tag}
      rows: recent.parquet
      profile: ${profileOf(named)}
      environment: production
      issue: true
      # Where a collector counts live traffic, these in place of rows, profile and the steps below, with ASSAY_COLLECTOR_TOKEN, and
      # ASSAY_DEPLOY_TOKEN to read the deploy project:
      # model: ${named.model}
      # collector: https://collector.example.com
`

const gitlabJob = ({ job, rows, deploy }: GitlabJob) => `${job}:
  before_script:
    # What serves, with the profile that it was accepted on: that project allows the job token of this one.
    - git clone --quiet --depth 1 "https://gitlab-ci-token:$CI_JOB_TOKEN@$CI_SERVER_HOST/${deploy}.git" deploy
    # Your own: the rows of the last day as the model was given them, with what it answered.
    - ./recent-rows.sh ${rows}recent.parquet
`

const JENKINS_HEAD = `// A pipeline job of its own, with this file as its script path: once a day, as long as the window of shift is.
// The library is ${RELEASED.tag}, by its commit: a tag can be moved.
library identifier: 'assay@${RELEASED.commit}', retriever: modernSCM(
  libraryPath: 'jenkins-shared-lib/',
  scm: [$class: 'GitSCMSource', remote: 'https://github.com/assay-ml/assay.git'])

properties([pipelineTriggers([cron('H 5 * * *')]), disableConcurrentBuilds()])
node {   // any agent with git and Node 22 or newer
  def source = checkout(scm)
`

function jenkins(all: readonly Named[]): string {
  const [first, ...others] = all
  if (others.length === 0)
    return `${JENKINS_HEAD}${jenkinsSteps(first!, { quote: "'", rows: `sh './recent-rows.sh recent.parquet'`, more: '' })}}
`
  const entries = all.map(({ model, deploy }) => `[model: '${model}', deploy: '${deploy}']`)
  const steps = jenkinsSteps(
    { model: `\${one.model}`, deploy: `\${one.deploy}` },
    {
      quote: '"',
      rows: `withEnv(["MODEL=\${one.model}"]) { sh './recent-rows.sh "$MODEL" recent.parquet' }`,
      more: `        output: "assay-result/\${one.model}",\n`,
    },
  )
  // By number: an iterator is not among what Jenkins can save at a step.
  return `${JENKINS_HEAD}  def models = [
    ${entries.join(',\n    ')}
  ]
  for (int at = 0; at < models.size(); at++) {
    def one = models[at]
    stage(one.model) {
      // One that is critical keeps no other from being looked at.
      catchError(buildResult: 'FAILURE', stageResult: 'FAILURE') {
        dir('deploy') { deleteDir() }
${steps.replaceAll(/^(?=.)/gm, '      ')}      }
    }
  }
}
`
}

const jenkinsSteps = (
  named: Named,
  { quote, rows, more }: { quote: string; rows: string; more: string },
) => `  // What serves, with the profile that it was accepted on: a key that may read there and nothing else.
  dir('deploy') { git(url: ${quote}https://git.example.com/${named.deploy}.git${quote}, branch: 'main', credentialsId: 'deploy-read') }
  // Your own: the rows of the last day as the model was given them, with what it answered.
  ${rows}
  withEnv(["GIT_COMMIT=\${source.GIT_COMMIT}", "GIT_URL=\${source.GIT_URL}"]) {
    withCredentials([string(credentialsId: 'assay-slack-webhook', variable: 'ASSAY_SLACK_WEBHOOK')]) {   // or leave it out
      assayDrift(
        rows: 'recent.parquet',
        profile: ${quote}${profileOf(named)}${quote},
        // Where a collector counts live traffic, in place of both: model: ${quote}${named.model}${quote}, collector: 'https://collector.example.com'
        environment: 'production',
        issue: true,
${more}        credentialsId: 'assay-token')   // secret text: a token that may write issues
    }
  }
`

const STARTERS: Record<CiKind, { path: string; text: (all: readonly Named[]) => string; next: string[] }> = {
  github: {
    path: '.github/workflows/assay-drift.yml',
    text: github,
    next: ['set the secret DEPLOY_READ_TOKEN, and ASSAY_SLACK_WEBHOOK where Slack is to be told'],
  },
  gitlab: {
    path: '.gitlab/assay-drift.yml',
    text: gitlab,
    next: [
      "add to .gitlab-ci.yml: `include: [{ local: '.gitlab/assay-drift.yml' }]`",
      'in Build › Pipeline schedules make one for the default branch, once a day, with the variable ASSAY_DRIFT=1: with it nothing else of Assay runs there',
      'for the issue have ASSAY_TOKEN, as merge requests have it: a project access token (role Developer, scope api), masked; and ASSAY_SLACK_WEBHOOK, masked and protected, where Slack is to be told',
    ],
  },
  jenkins: {
    path: 'Jenkinsfile-drift',
    text: jenkins,
    next: ['make a pipeline job with the script path `Jenkinsfile-drift`, and the credentials that it names'],
  },
}
