import * as z from 'zod'
import type { DeployConfig } from '../../src/core/deploy-config/deploy-config.ts'
import { parseDeployConfig, type TargetSchemas } from '../../src/core/deploy-config/read-deploy-config.ts'

/** Targets as the deploy configuration sees them: names with the schema of their options. */
export const TARGETS: TargetSchemas = {
  kustomize: z.strictObject({ image: z.string().optional() }),
  'helm-values': z.strictObject({ file: z.string(), path: z.string() }),
  kserve: z.strictObject({ file: z.string() }),
  yaml: z.strictObject({ file: z.string(), path: z.string() }),
}

const HEAD = 'path: apps/{model}/overlays/{environment}\ntarget: kustomize\n'

/**
 * Environments in YAML, e.g. `staging: { merge: auto }`, one a line, with path and target for all. Somebody has let the models in,
 * so that a first release waits for nobody.
 */
export function deployConfig(...environments: string[]): DeployConfig {
  const text = `${HEAD}environments:\n  ${environments.join('\n  ')}\n`
  return { ...parseDeployConfig(text, 'assay-deploy.yml', TARGETS), isNamed: true }
}
