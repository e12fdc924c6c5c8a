import { RELEASED } from '../core/config/released.ts'
import type { Environment } from '../core/config/starter/installs.ts'
import type { Starter } from '../core/config/written/starter-config.ts'
import { installedOnGithub, installedOnGitlab, installedOnJenkins } from './starter-installs.ts'

/** The first CI file of a repository. */
export type CiKind = 'github' | 'gitlab' | 'jenkins'

/**
 * The CI file that runs `assay run` in every pull request, with what the commands need.
 *
 * @param options.bot on GitHub that posts, and the workflow may only read
 */
export function starterCi(
  ci: CiKind,
  { bot = false, environments = [] }: { bot?: boolean; environments?: readonly Environment[] } = {},
): Starter {
  const { path, text, textWithBot = text, installed } = STARTERS[ci]
  return { path, text: installed(bot ? textWithBot : text, environments) }
}

/** Which CI a repository uses, by its files and then by its remote. */
export function guessCi(files: string[], remote: string | undefined): CiKind {
  const kinds = Object.keys(STARTERS) as CiKind[]
  const found = kinds.find(kind => files.some(STARTERS[kind].isItsOwn))
  return found ?? (remote?.includes('gitlab') ? 'gitlab' : 'github')
}

// --- internal ---

const GITHUB = `name: model
on:
  pull_request:
permissions:
  contents: read
  pull-requests: write   # the comment
  checks: write          # the check on the commit
concurrency:
  group: assay-\${{ github.ref }}
  cancel-in-progress: true
jobs:
  assay:
    runs-on: ubuntu-latest   # or the label of your GPU runner
    timeout-minutes: 360
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with:
          fetch-depth: 0               # what is compared with must be there
          persist-credentials: false   # the code of the pull request runs below
      # Install here what your train and evaluate commands need.
      - uses: assay-ml/assay@${RELEASED.commit} # ${RELEASED.tag}
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: always()
        with:
          name: assay-result
          path: assay-result/
`

const GITHUB_WITH_BOT = `name: model
on: pull_request
permissions: { contents: read }   # the bot writes comment and check
jobs:
  assay:
    runs-on: ubuntu-latest   # or the label of your GPU runner
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
        with: { fetch-depth: 0, persist-credentials: false }
      # Install here what your train and evaluate commands need.
      - uses: assay-ml/assay@${RELEASED.commit} # ${RELEASED.tag}
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2
        if: always()
        with:
          name: assay-result
          path: |
            assay-result/*/result.json
            assay-result/*/model-profile.json
`

const GITLAB = `# The verdict shows in the widgets and the artifacts of the merge request. For the note too: a project access token (role
# Developer, scope api) as the masked variable ASSAY_TOKEN, because the job's own token may not write notes.
workflow:   # one pipeline a push, with all jobs: else in a merge request Assay's would be the only one that counts
  rules:
    - if: $CI_MERGE_REQUEST_IID
    - if: $CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS
      when: never
    - if: $CI_COMMIT_BRANCH || $CI_COMMIT_TAG
include:
  - remote: https://raw.githubusercontent.com/assay-ml/assay/${RELEASED.commit}/gitlab-component/templates/run.yml
    inputs:
      assay-version: '${RELEASED.commit}' # ${RELEASED.tag}
      job-image: node:24   # or one with what your train and evaluate commands need, git and Node 22 or newer
      job-tags: []         # the tags of your GPU runners

# Install here what the image lacks:
# assay:
#   before_script:
#     - pip install -r requirements.txt
`

const JENKINS = `// Pull requests get their verdict. The default branch is trained and judged too, then packaged and promoted to staging.
// The library is ${RELEASED.tag}, by its commit: a tag can be moved.
library identifier: 'assay@${RELEASED.commit}', retriever: modernSCM(
  libraryPath: 'jenkins-shared-lib/',
  scm: [$class: 'GitSCMSource', remote: 'https://github.com/assay-ml/assay.git'])

assayPipeline(
  agent: '',                      // any agent with git and Node 22 or newer; or the label of your GPU agents
  credentialsId: 'assay-token')   // secret text: a token that may write comments, checks and the deploy repository
`

interface StarterRow {
  path: string
  /** Whether a file is there only where a repository has such a CI already. */
  isItsOwn: (file: string) => boolean
  text: string
  /** Default: `text`. */
  textWithBot?: string
  /** The text with what installs the environments in the place of what says that nothing is installed. */
  installed: (text: string, environments: readonly Environment[]) => string
}

/** In the order in which a repository that has several is looked at. */
const STARTERS: Record<CiKind, StarterRow> = {
  github: {
    path: '.github/workflows/assay.yml',
    isItsOwn: file => file.startsWith('.github/'),
    text: GITHUB,
    textWithBot: GITHUB_WITH_BOT,
    installed: installedOnGithub,
  },
  gitlab: {
    path: '.gitlab-ci.yml',
    isItsOwn: file => file === '.gitlab-ci.yml',
    text: GITLAB,
    installed: installedOnGitlab,
  },
  jenkins: {
    path: 'Jenkinsfile',
    isItsOwn: file => file === 'Jenkinsfile',
    text: JENKINS,
    installed: installedOnJenkins,
  },
}
