import type { Finding } from '../../ci/workflows/findings.ts'
import { NOT_INSTALLED } from '../../core/inputs/dvc/pull-failure.ts'
import { hasProgram } from '../../services/render/render.ts'
import type { Context } from '../command/context.ts'
import type { Project } from '../project/project.ts'

/** Whether DVC is there for the models that need it. A warning: the job that trains may have what this one lacks. */
export async function dvcFindings({ env }: Context, { config, removed }: Project): Promise<Finding[]> {
  const models = Object.entries(config.models).flatMap(([name, { dvc }]) =>
    dvc && !removed.includes(name) ? [name] : [],
  )
  if (models.length === 0 || (await hasProgram('dvc', env))) return []
  const text = `${models.join(', ')}: the training needs \`dvc\`, which is not on the PATH here (${NOT_INSTALLED.fix})`
  return [{ level: 'warning', text }]
}
