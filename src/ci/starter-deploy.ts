import { RELEASED } from '../core/config/released.ts'
import type { Starter } from '../core/config/written/starter-config.ts'
import type { CiKind } from './starter.ts'

/**
 * The CI file that moves the promotions of a deploy repository: what is proposed there is checked, and each merge and a schedule
 * bring promotions up to date and ask whether what serves is live. It trains nothing and runs nothing of the repository.
 */
export function starterDeploy(ci: CiKind): Starter {
  const { path, text } = STARTERS[ci]
  return { path, text }
}

/** What is left to do by hand once that file is there. */
export function deploySteps(ci: CiKind): string[] {
  return STARTERS[ci].next
}

// --- internal ---

const included = (template: string) =>
  `  - remote: https://raw.githubusercontent.com/assay-ml/assay/${RELEASED.commit}/gitlab-component/templates/${template}.yml
    inputs:
      assay-version: '${RELEASED.commit}' # ${RELEASED.tag}
`

const GITHUB = `# Pull requests are checked: without a secret, so that those of forks are too. Each merge, and a schedule, bring promotions up to date.
# 1. A GitHub App of yours, installed here: contents, pull requests, statuses and deployments: write; checks: read.
# 2. Its client ID as the variable ASSAY_CLIENT_ID, its private key as the secret ASSAY_PRIVATE_KEY.
#    With Argo CD also the secret ARGOCD_AUTH_TOKEN, and the variable ARGOCD_SERVER: the host that it is for.
name: assay
on:
  pull_request:
  push:
    branches: [main]
  schedule:
    - cron: '*/15 * * * *' # soaks and freezes end without any event
  workflow_dispatch:

permissions: {}

jobs:
  check:
    if: github.event_name == 'pull_request'
    runs-on: ubuntu-latest # kustomize and helm are installed there; elsewhere install them, or what they render is not proved
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          persist-credentials: false
      - uses: assay-ml/assay@${RELEASED.commit} # ${RELEASED.tag}
        with:
          command: check

  promote:
    if: github.event_name != 'pull_request'
    runs-on: ubuntu-latest
    timeout-minutes: 15
    concurrency: { group: assay-promote, cancel-in-progress: false }
    steps:
      - uses: actions/create-github-app-token@bcd2ba49218906704ab6c1aa796996da409d3eb1 # v3.2.0
        id: app
        with:
          client-id: \${{ vars.ASSAY_CLIENT_ID }}
          private-key: \${{ secrets.ASSAY_PRIVATE_KEY }}
          permission-contents: write
          permission-pull-requests: write
          permission-statuses: write
          permission-checks: read
      - uses: assay-ml/assay@${RELEASED.commit} # ${RELEASED.tag}
        with:
          command: promote
          deploy-repo: \${{ github.repository }}
          deploy-token: \${{ steps.app.outputs.token }}
        env:
          ARGOCD_SERVER: \${{ vars.ARGOCD_SERVER }}
          ARGOCD_AUTH_TOKEN: \${{ secrets.ARGOCD_AUTH_TOKEN }}

  # Fails where what serves is not live. Not needed without \`argocd\`.
  verify:
    if: always() && github.event_name != 'pull_request'
    needs: promote
    runs-on: ubuntu-latest
    timeout-minutes: 30
    concurrency: { group: assay-verify, cancel-in-progress: false }
    steps:
      - uses: actions/create-github-app-token@bcd2ba49218906704ab6c1aa796996da409d3eb1 # v3.2.0
        id: app
        with:
          client-id: \${{ vars.ASSAY_CLIENT_ID }}
          private-key: \${{ secrets.ASSAY_PRIVATE_KEY }}
          permission-contents: read
          permission-pull-requests: write
          permission-statuses: write
          permission-deployments: write
      - uses: assay-ml/assay@${RELEASED.commit} # ${RELEASED.tag}
        with:
          command: verify
          deploy-repo: \${{ github.repository }}
          deploy-token: \${{ steps.app.outputs.token }}
        env:
          ARGOCD_SERVER: \${{ vars.ARGOCD_SERVER }}
          ARGOCD_AUTH_TOKEN: \${{ secrets.ARGOCD_AUTH_TOKEN }}
`

const GITLAB = `# Merge requests are checked. Each merge, and a schedule, bring promotions up to date and ask whether what serves is live.
# 1. Build › Pipeline schedules: this branch, every 15 minutes (*/15 * * * *). Soaks and freezes end without any event.
# 2. A project access token of this project alone (scope api, and a role that may merge here), as the variable ASSAY_DEPLOY_TOKEN,
#    protected and masked. With Argo CD also ARGOCD_AUTH_TOKEN, and ARGOCD_SERVER: the host that it is for.
workflow:   # pipelines of merge requests, and of the default branch: of merges, of the schedule, by hand
  rules:
    - if: $CI_MERGE_REQUEST_IID
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
include:
${['check', 'promote', 'verify'].map(included).join('')}`

const JENKINS = `// Pull requests are checked. The default branch brings promotions up to date and asks whether what serves is live: after each
// merge, and by a schedule, for soaks and freezes end without any event.
// The library is ${RELEASED.tag}, by its commit: a tag can be moved.
library identifier: 'assay@${RELEASED.commit}', retriever: modernSCM(
  libraryPath: 'jenkins-shared-lib/',
  scm: [$class: 'GitSCMSource', remote: 'https://github.com/assay-ml/assay.git'])

assayDeployPipeline(
  agent: '',                             // any agent with git and Node 22 or newer
  credentialsId: 'assay-deploy-token',   // secret text: a token that may write and merge here, and nothing else
  argocdServer: '',                      // with Argo CD the host that its token is for: argocd.example.com
  argocdCredentialsId: '',               // and that token, a secret text
  schedule: 'H/15 * * * *')              // every 15 minutes
`

const STARTERS: Record<CiKind, Starter & { next: string[] }> = {
  github: {
    path: '.github/workflows/assay.yml',
    text: GITHUB,
    next: ['make the App, the variables and the secrets that the file begins with; its schedule is in it'],
  },
  gitlab: {
    path: '.gitlab-ci.yml',
    text: GITLAB,
    next: [
      'in Settings › Access tokens make ASSAY_DEPLOY_TOKEN, and with Argo CD the other variables that the file begins with: protected and masked',
      'in Build › Pipeline schedules make one for the default branch, every 15 minutes (`*/15 * * * *`): docs/gitlab.md#the-deploy-project has the call of the API',
    ],
  },
  jenkins: {
    path: 'Jenkinsfile',
    text: JENKINS,
    next: [
      'store the credentials that the file names, in the folder of the project',
      'make a multibranch project: the first build of its default branch sets the schedule',
    ],
  },
}
