import { parseDeploy, placesOf } from '../../src/commands/deploy/read/state.ts'
import { changesOf } from '../../src/commands/deploy/write/promotion.ts'
import type { ReleaseRecord } from '../../src/core/release/record.ts'
import { release } from '../support/releases.ts'
import type { Layout } from './layouts.ts'

export interface PlacedRelease {
  model: string
  environment: string
  to: ReleaseRecord
}

/** The `number`th release of every model in every environment of a layout, another one in each. */
export function releasesFor({ deploy, models }: Layout, number: number): PlacedRelease[] {
  const config = parseDeploy(deploy)
  return models.flatMap((model, nth) =>
    placesOf(config, model).map(({ environment }, at) => {
      const own = number * 16 + nth * 4 + at
      const image = {
        name: `ghcr.io/acme/${model}`,
        digest: `sha256:${String(own).padStart(64, 'e')}`,
        tag: `v${own}`,
      }
      const to = release(number, model, {
        image,
        uri: `s3://models/${model}/${own}`,
        parameters: { threshold: own / 1000 },
      })
      return { model, environment: environment.name, to }
    }),
  )
}

/** The files of a layout after promotions, one after the other. */
export function promotedInto(
  { deploy, apart }: Layout,
  files: ReadonlyMap<string, string>,
  releases: readonly PlacedRelease[],
): Map<string, string> {
  const config = parseDeploy(deploy)
  const now = new Map(files)
  for (const { model, environment, to } of releases) {
    const place = placesOf(config, model).find(one => one.environment.name === environment)!
    const root = apart ? `${environment}/` : ''
    const own = [...now].filter(([path]) => path.startsWith(root))
    const there = new Map(own.map(([path, text]) => [path.slice(root.length), text]))
    const changes = changesOf({ place, to }, there)
    for (const { path, after } of changes) now.set(`${root}${path}`, after!)
  }
  return now
}
