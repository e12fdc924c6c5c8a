import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { KeptAt } from '../../../core/config/release.ts'
import { MOST_KEPT_BYTES } from '../../../core/inputs/kept/kept-rows.ts'
import { keepFile, takeFile } from '../../../services/files/hashed-files.ts'
import { digestOf } from '../../../services/registry/push/manifests.ts'
import type { Context } from '../../command/context.ts'
import type { ModelWork } from '../../project/project.ts'
import { inDvc } from './dvc-place.ts'
import { inMlflow } from './mlflow-place.ts'
import { inRegistry } from './registry-place.ts'
import type { RowsPlace } from './rows-place.ts'

/** The place, by whose configuration it is named: that decides whether it is shown a password. */
export function rowsPlace(work: ModelWork, at: KeptAt): RowsPlace {
  const { context } = work
  switch (at.kind) {
    case 'folder': {
      const folder = resolve(context.folder, at.path)
      return {
        name: at.path,
        nameOf: () => ({}),
        keep: ({ hash }, bytes) => keepFile(folder, fileOf(hash), bytes),
        take: ({ hash }) => takeFile(folder, fileOf(hash), MOST_KEPT_BYTES),
      }
    }
    case 'registry':
      return cached(context, inRegistry(work, at.repository))
    case 'dvc':
      return cached(context, inDvc(work, at.remote))
    case 'mlflow':
      return cached(context, inMlflow(work, at.experiment))
  }
}

// --- internal ---

const fileOf = (hash: string) => `${hash}.rows`

/** What was fetched is not fetched again on this machine, nor on the next where a CI keeps the folder. */
function cached({ env }: Context, place: RowsPlace): RowsPlace {
  const folder = join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'assay', 'rows')
  return {
    ...place,
    async take(name) {
      const { hash } = name
      const here = await takeFile(folder, fileOf(hash), MOST_KEPT_BYTES)
      if (here && digestOf(here) === `sha256:${hash}`) return here
      const fetched = await place.take(name)
      if (fetched && digestOf(fetched) === `sha256:${hash}`) await keepFile(folder, fileOf(hash), fetched)
      return fetched
    },
  }
}
