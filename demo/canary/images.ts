import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DemoError } from '../demo-error.ts'

/** Images by their digests, where the runs of the workflow have left them: there is no registry. */
export interface Images {
  /** @param workspace of a run that has packaged a release: the checkout of its commit, and `image/` */
  add(workspace: string): Promise<void>
  /** The folder with the server of a release, and its model beside it, out of the image of that digest. */
  unpack(digest: string): Promise<{ folder: string; model: string }>
}

export function imagesOfRuns(): Images {
  const workspaces = new Map<string, string>()
  return {
    async add(workspace) {
      const { manifests } = JSON.parse(await readFile(join(workspace, 'image', 'index.json'), 'utf8'))
      workspaces.set(manifests[0].digest, workspace)
    },
    async unpack(digest) {
      const folder = workspaces.get(digest)
      if (folder === undefined)
        throw new DemoError(
          `Nobody has packaged ${digest}.`,
          'Look at workloads.yaml in the deploy repository.',
        )
      const blob = (of: string) => readFile(join(folder, 'image', 'blobs', ...of.split(':')))
      const { layers } = JSON.parse((await blob(digest)).toString('utf8'))
      const layer = await blob(layers[0].digest)
      const model = 'unpacked-model.json'
      await writeFile(join(folder, model), fileIn(layer))
      return { folder, model }
    },
  }
}

// --- internal ---

/** The one file in a tar archive, as `package.mjs` of the example writes it. */
function fileIn(tar: Buffer): Buffer {
  const length = Number.parseInt(tar.toString('ascii', 124, 135), 8)
  return tar.subarray(512, 512 + length)
}
