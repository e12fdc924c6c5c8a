import * as z from 'zod'
import type { Problem } from '../errors/errors.ts'
import { didYouMean } from '../text/nearest.ts'
import type { Check, WhereOf } from '../yaml/config.ts'

/** `also`: what a promotion writes besides what the target of the environment does. */

export const Also = z
  .array(
    z.strictObject({
      target: z.string().max(40).describe('The target that writes it, as of an environment.'),
      options: z.record(z.string(), z.unknown()).default({}).describe("That target's own keys."),
    }),
  )
  .max(20)
export type Also = z.infer<typeof Also>

/** The options of each target, by its name: what an environment's `target` and `options` are checked against. */
export type TargetSchemas = Readonly<Record<string, z.ZodType>>

interface Written {
  target?: string | undefined
  also?: Also | undefined
}

/** As options, what else is written belongs to a target. */
export function alsoOf(
  deploy: Written & { environments: Record<string, Written> },
  name: string,
): { also: Also; path: PropertyKey[] } {
  const { also, target = deploy.target } = deploy.environments[name]!
  if (also !== undefined) return { also, path: ['environments', name, 'also'] }
  return { also: (target === deploy.target ? deploy.also : undefined) ?? [], path: ['also'] }
}

/** What is written beside the target of an environment must fit as well. */
export function alsoProblems(
  also: Also,
  at: readonly PropertyKey[],
  { targets, whereOf, check }: { targets: TargetSchemas; whereOf: WhereOf; check: Check },
): Problem[] {
  return also.flatMap(({ target, options }, index) =>
    Object.hasOwn(targets, target)
      ? check(targets[target]!, options, [...at, index, 'options'])
      : stranger(
          `unknown target \`${target}\``,
          target,
          Object.keys(targets),
          whereOf([...at, index, 'target']),
        ),
  )
}

/** A name that is none of those that are known. */
export function stranger(what: string, name: string, known: string[], where: Problem['where']): Problem {
  return { what, where, fix: didYouMean(name, known) ?? `known: ${known.join(', ')}` }
}
