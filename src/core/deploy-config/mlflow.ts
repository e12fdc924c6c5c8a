import * as z from 'zod'
import type { Problem } from '../errors/errors.ts'
import { ENVIRONMENT_NAME } from '../text/names.ts'
import { didYouMean } from '../text/nearest.ts'
import type { WhereOf } from '../yaml/config.ts'
import type { Broken } from '../yaml/readable-part.ts'

/** `mlflow` in `assay-deploy.yml`: which registered versions have which alias. */

const Where = z.string().regex(ENVIRONMENT_NAME, 'the name of an environment')

const Aliases = z.strictObject({
  champion: Where.optional().describe(
    'The environment whose release has the alias `champion`. Default: the last one.',
  ),
  challenger: Where.optional().describe(
    'The environment whose release has the alias `challenger`. Default: the first that the one of `champion` comes after.',
  ),
})

export const MlflowAliases = z.union([z.literal(true).transform(() => Aliases.parse({})), Aliases])
export type MlflowAliases = z.infer<typeof Aliases>

/** An alias of an environment that there is not would never be set. */
export function aliasProblems(
  { mlflow, environments }: { mlflow?: MlflowAliases | undefined; environments: Record<string, unknown> },
  whereOf: WhereOf,
  broken: Broken,
): Problem[] {
  if (!mlflow || broken.at(['mlflow']) || broken.keysOf(['environments']).length > 0) return []
  const names = Object.keys(environments)
  return Object.entries(mlflow).flatMap(([alias, name]) =>
    name === undefined || names.includes(name)
      ? []
      : [
          {
            what: `\`${name}\` has the alias \`${alias}\`, and is no environment`,
            where: whereOf(['mlflow', alias]),
            fix: didYouMean(name, names) ?? `environments: ${names.join(', ')}`,
          },
        ],
  )
}
