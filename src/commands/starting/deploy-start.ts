import { type DeployFound, unknownKinds } from '../../core/deploy-config/starter/carriers/carriers.ts'
import { programWays } from '../../core/deploy-config/starter/programs.ts'
import {
  type StarterDeploy,
  starterDeployConfig,
} from '../../core/deploy-config/starter/starter-deploy-config.ts'
import { count } from '../../core/text/numbers.ts'
import { visible } from '../../core/text/visible-text.ts'
import { DEPLOY_FILE } from '../deploy/read/deploy-branch.ts'

/**
 * What `init --deploy` writes, or why it writes nothing: what is there already is the platform team's, and what nobody can read out of
 * a repository is not guessed.
 */
export function deployStart(
  found: DeployFound,
  { force }: { force: boolean },
): (StarterDeploy & { path: string; next: string[] }) | { refused: string } {
  if (found.files.includes(DEPLOY_FILE) && !force)
    return {
      refused: `${DEPLOY_FILE} is there already, and nothing was written: run \`assay check\` to prove it, or \`assay init --deploy --force\` to write another over it.`,
    }
  const starter = starterDeployConfig(found)
  if (!starter) return { refused: nothingFound(found) }
  return { ...starter, path: DEPLOY_FILE, next: nextSteps(starter) }
}

// --- internal ---

function nothingFound(found: DeployFound): string {
  return [
    `Nothing here says which release serves, so nothing was written. Looked for: an image in a kustomization, in values of a chart or of a HelmRelease, in a workload or an InferenceService; the model's address in an InferenceService, a RayService, a variable or an argument; a file with a tag alone.`,
    ...[...programWays(found), ...unknownKinds(found)].map(way => `- ${visible(way)}`),
    'Write an assay-deploy.yml by hand: docs/deploy-configuration.md has one for each layout. `assay check` proves it.',
  ].join('\n')
}

function nextSteps({ questions, models }: StarterDeploy): string[] {
  return [
    `Found ${count(models.length, 'model')}: ${models.slice(0, MOST_NAMED).join(', ')}${models.length > MOST_NAMED ? ', …' : ''}.`,
    ...(questions === 0
      ? []
      : [
          `${questions === 1 ? 'One question is' : `${count(questions, 'question')} are`} left in ${DEPLOY_FILE}, at the lines that begin with \`# ?\`: what they are about is not promoted until then.`,
        ]),
    'Next: look at the files, and propose them as a pull request. Who may release, what a release needs and who is asked is yours to say: docs/deploy-configuration.md.',
  ]
}

const MOST_NAMED = 20
