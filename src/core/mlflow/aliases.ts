import type { DeployConfig } from '../deploy-config/deploy-config.ts'
import type { ReleaseRecord } from '../release/record.ts'

/** Which version of a registered model an alias should name. */
export interface AliasDue {
  alias: 'champion' | 'challenger'
  release: ReleaseRecord
  server: string
  model: string
  version: string
}

/**
 * What serves in the environments of the two aliases, where it is registered. A release that is not registered moves no alias: the
 * one before it keeps its name.
 *
 * @param config the environments as they are for this model, in the order of promotion
 * @param serving what serves now, by environment
 */
export function aliasesDue(
  { mlflow, environments }: Pick<DeployConfig, 'mlflow' | 'environments'>,
  serving: ReadonlyMap<string, ReleaseRecord>,
): AliasDue[] {
  if (!mlflow) return []
  const champion = environments.find(({ name }) => name === mlflow.champion) ?? environments.at(-1)
  const places = { champion: champion?.name, challenger: mlflow.challenger ?? champion?.after[0] }
  return (['champion', 'challenger'] as const).flatMap(alias => {
    const place = places[alias]
    const release = place === undefined ? undefined : serving.get(place)
    const { server, model, version } = release?.mlflow ?? {}
    if (!release || server === undefined || model === undefined || version === undefined) return []
    return [{ alias, release, server, model, version }]
  })
}
