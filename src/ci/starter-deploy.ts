import { RELEASED } from '../core/config/released.ts'
import type { Starter } from '../core/config/written/starter-config.ts'

/**
 * The CI file that moves the promotions of a deploy repository: what is proposed there is checked, and each merge and a schedule
 * bring promotions up to date and ask whether what serves is live. It trains nothing and runs nothing of the repository.
 */
export function starterDeploy(ci: keyof typeof STARTERS): Starter {
  return STARTERS[ci]
}

// --- internal ---

const included = (template: string) =>
  `  - remote: https://raw.githubusercontent.com/assay-ml/assay/${RELEASED.commit}/gitlab-component/templates/${template}.yml
    inputs:
      assay-version: '${RELEASED.commit}' # ${RELEASED.tag}
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

const STARTERS = {
  gitlab: { path: '.gitlab-ci.yml', text: GITLAB },
  jenkins: { path: 'Jenkinsfile', text: JENKINS },
} satisfies Record<string, Starter>
