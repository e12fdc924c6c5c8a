import type { Finding } from '../../ci/workflows/findings.ts'
import type { ModelConfig } from '../../core/config/config.ts'
import { isAssayError } from '../../core/errors/errors.ts'
import { reasonAgainst } from '../../core/promotion/plan/origin.ts'
import { reasonWords } from '../../core/promotion/plan/reasons.ts'
import type { Context } from '../command/context.ts'
import { readServing, type ServingEnvironment } from '../deploy/read/serving.ts'
import { deployedSource, findDeployedChampion, inWords } from '../model/baselines/deployed-champion.ts'
import type { ModelWork, Project } from '../project/project.ts'
import { projectAddress } from '../project/project-address.ts'

/** What `assay check` says of the deploy repositories that the models name, and of the champions that come from there. */
export interface CheckedDeploy {
  findings: Finding[]
  /** By model, in words: which release is the champion, or why there is none. */
  champions: Map<string, string>
}

/** Looks at each deploy repository once: reachable with this token, its branch, its assay-deploy.yml, what serves. */
export async function checkDeploy(context: Context, project: Project): Promise<CheckedDeploy> {
  const findings = new Map<string, Finding>()
  const champions = new Map<string, string>()
  for (const [name, config] of Object.entries(project.config.models)) {
    const source = deployedSource(config)
    if (!source && !config.deploy) continue
    const work = { context, project, model: name, config }
    for (const finding of await deployFindings(work)) findings.set(finding.text, finding)
    if (!source) continue
    const found = await findDeployedChampion(work, source)
    if ('release' in found) {
      const { version, commit } = found.release
      const how = source.run === undefined ? 'its files in git, else its record' : `\`${source.run}\``
      champions.set(
        name,
        `what serves in ${found.environment}, release ${version} (${commit.slice(0, 7)}): ${how}`,
      )
      continue
    }
    const { reason, broken } = found.absent
    champions.set(name, `none: ${reason}`)
    const text = `${name}: ${reason}: gates on the champion will be ${broken ? 'not comparable, which fails' : 'inconclusive'}`
    if (asksForChampion(config)) findings.set(text, { level: broken ? 'problem' : 'warning', text })
  }
  return { findings: [...findings.values()], champions }
}

/** Whether a gate of the model compares with the champion. */
export function asksForChampion({ gates }: ModelConfig): boolean {
  return gates.some(gate => gate.not_worse_than === 'champion' || gate.better_than === 'champion')
}

// --- internal ---

/** Releases of this repository that would be refused. A warning: a clone of a fork releases nothing. */
async function originFindings(
  { context, project, model, config }: ModelWork,
  environments: readonly ServingEnvironment[],
  from: readonly string[] | undefined,
): Promise<Finding[]> {
  const address = project.repository && config.deploy && (await projectAddress(context, project.repository))
  if (!address) return []
  const refusals = new Map<string, string[]>()
  for (const { name, release } of environments) {
    const serving = release ? [release] : environments.flatMap(one => one.release ?? [])
    const reason = reasonAgainst(address, { model, from, serving })
    if (reason) refusals.set(reasonWords(reason), [...(refusals.get(reasonWords(reason)) ?? []), name])
  }
  return [...refusals].map(([words, names]) => ({
    level: 'warning',
    text: `${model}: a release of this repository into ${names.join(', ')} would be ${words}`,
  }))
}

async function deployFindings(work: ModelWork): Promise<Finding[]> {
  const { context, config } = work
  try {
    const { deploy, environments, from } = await readServing(work)
    const order = environments.map(one => one.name).join(', ')
    const where = `deploy repository ${deploy.name}`
    const text = `${where}, branch ${deploy.branch}: can be read, assay-deploy.yml is valid: ${order}`
    const refused = await originFindings(work, environments, from)
    return [{ level: 'ok', text }, ...refused]
  } catch (error) {
    if (!isAssayError(error)) throw error
    const where = config.deploy ? `deploy repository ${config.deploy.repository}` : 'deploy repository'
    // On a laptop there need be no token; a CI run without one will not see what serves.
    const isAtHome = error.code === 'DEPLOY_NO_TOKEN' && !context.forge
    return [{ level: isAtHome ? 'warning' : 'problem', text: `${where}: ${inWords(error)}` }]
  }
}
