import type { DeployConfig } from './deploy-config.ts'

/**
 * The configuration without the environments that stand in other repositories, for whom only this one is shown to. What comes after one
 * of them comes after what is before it.
 */
export function withinRepository(config: DeployConfig): DeployConfig {
  const { environments } = config
  const left = new Map(
    environments.filter(({ site }) => site?.repository !== undefined).map(({ name, after }) => [name, after]),
  )
  const before = (name: string): string[] => left.get(name)?.flatMap(before) ?? [name]
  return {
    ...config,
    environments: environments
      .filter(({ name }) => !left.has(name))
      .map(one => ({ ...one, after: [...new Set(one.after.flatMap(before))] })),
  }
}

/** The configuration without some environments, and without all that comes after one of them: nobody can tell what may enter there. */
export function upTo(config: DeployConfig, left: readonly string[]): DeployConfig {
  const gone = new Set(left)
  // They stand in their order: each after all it comes after.
  for (const { name, after } of config.environments) if (after.some(one => gone.has(one))) gone.add(name)
  return { ...config, environments: config.environments.filter(({ name }) => !gone.has(name)) }
}
