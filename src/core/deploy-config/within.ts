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
