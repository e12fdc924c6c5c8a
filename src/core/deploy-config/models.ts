import type { Problem } from '../errors/errors.ts'
import type { Check, WhereOf } from '../yaml/config.ts'
import type { Broken } from '../yaml/readable-part.ts'
import { alsoProblems, stranger, type TargetSchemas } from './also.ts'
import { configFor, type DeployConfig, type DeployFile } from './deploy-config.ts'

/** What a model overrides must fit too: its target is known and takes the options that it ends up with. */
export function modelProblems(
  deploy: DeployFile,
  config: DeployConfig | undefined,
  targets: TargetSchemas,
  whereOf: WhereOf,
  check: Check,
  broken: Broken,
): Problem[] {
  const names = Object.keys(deploy.environments)
  const known = Object.keys(targets)
  const areAllRead = broken.keysOf(['environments']).length === 0
  return Object.entries(deploy.models ?? {}).flatMap(([model, own]) => {
    const at = (...path: PropertyKey[]) => ['models', model, ...path]
    const strangers = [
      ...Object.keys(own.environments ?? {}).map(name => ({ name, path: at('environments', name) })),
      ...(own.skip ?? []).map((name, index) => ({ name, path: at('skip', index) })),
    ].filter(({ name }) => !names.includes(name) && areAllRead)
    const strangeTargets = [
      { target: own.target, path: at('target') },
      ...Object.entries(own.environments ?? {}).map(([name, { target }]) => ({
        target,
        path: at('environments', name, 'target'),
      })),
    ].filter(({ target }) => target !== undefined && !known.includes(target))
    const problems = [
      ...strangers.map(({ name, path }) =>
        stranger(`\`${name}\` is no environment`, name, names, whereOf(path)),
      ),
      ...strangeTargets.map(({ target, path }) =>
        stranger(`unknown target \`${target}\``, target!, known, whereOf(path)),
      ),
    ]
    if (problems.length > 0 || !config) return problems
    return configFor(config, model).environments.flatMap(({ name, target, options, also }) => {
      const here = own.environments?.[name]?.options
      const path = here ? at('environments', name, 'options') : own.options ? at('options') : at()
      const alsoAt = own.environments?.[name]?.also ? at('environments', name, 'also') : at('also')
      const isOwn = (own.environments?.[name]?.also ?? own.also) !== undefined
      return [
        ...(Object.hasOwn(targets, target) ? check(targets[target]!, options, path) : []),
        ...(isOwn ? alsoProblems(also, alsoAt, { targets, whereOf, check }) : []),
      ]
    })
  })
}
