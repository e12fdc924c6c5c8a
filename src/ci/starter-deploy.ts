import { RELEASED } from '../core/config/released.ts'
import type { Starter } from '../core/config/written/starter-config.ts'

/**
 * The CI file that moves the promotions of a deploy repository: what is proposed there is checked, and each merge, and a schedule,
 * bring promotions up to date. It trains nothing and runs nothing of the repository.
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

const GITLAB = `# Merge requests are checked. Each merge, and a schedule, bring promotions up to date, one run after the other.
# 1. Build › Pipeline schedules: this branch, every 15 minutes (*/15 * * * *). Soaks and freezes end without any event.
# 2. A project access token of this project alone (scope api, and a role that may merge here), as the variable ASSAY_DEPLOY_TOKEN,
#    protected and masked. With Argo CD also ARGOCD_AUTH_TOKEN, and ARGOCD_SERVER: the host that it is for.
workflow:   # pipelines of merge requests, and of the default branch: of merges, of the schedule, by hand
  rules:
    - if: $CI_MERGE_REQUEST_IID
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH
include:
${['check', 'promote'].map(included).join('')}`

const STARTERS = {
  gitlab: { path: '.gitlab-ci.yml', text: GITLAB },
} satisfies Record<string, Starter>
