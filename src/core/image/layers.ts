import { TAR_END, tarHeader, tarPadding } from './tar.ts'

/** A file that goes into an image. */
export interface ImageFile {
  /** In the repository. */
  path: string
  /** Below `/models` in the image. */
  place: string
  /** In bytes. */
  size: number
  /** Hex; what its bytes must come to, where that is known. */
  sha256?: string
}

/** Bytes of a layer in their order: those of a header, those of a file, zeros. */
export type LayerPart = { bytes: Buffer } | Omit<ImageFile, 'place'> | { zeros: number }

export interface PlannedLayer {
  files: readonly ImageFile[]
  parts: readonly LayerPart[]
  /** Of the whole layer, in bytes. */
  size: number
}

/** The folder of an image that holds the files: KServe and Kubernetes (`subPath: models`) look there. */
export const MODELS = 'models'

/**
 * Files → layers, uncompressed tars. A large file has a layer of its own, so that one that is there already is not sent again and
 * one that is cut costs no other; small ones share layers, by name. However many there are, there are at most `most` layers
 * (runtimes take 127, those of a base included).
 */
export function planLayers(files: readonly ImageFile[], most = MOST): PlannedLayer[] {
  const sorted = files.toSorted((a, b) => Buffer.compare(Buffer.from(a.place), Buffer.from(b.place)))
  for (let large = LARGE; ; large *= 2) {
    const groups = grouped(sorted, large)
    if (groups.length <= most) return groups.map(layerOf)
  }
}

// --- internal ---

const MOST = 100
const LARGE = 64 * 1024 * 1024
/** Small files share a layer up to so many times the size of a large one. */
const SHARED = 4

function grouped(sorted: readonly ImageFile[], large: number): ImageFile[][] {
  const groups: ImageFile[][] = []
  let shared: ImageFile[] = []
  let size = 0
  for (const file of sorted) {
    if (file.size >= large) groups.push([file])
    else {
      if (shared.length > 0 && size + file.size > SHARED * large) shared = []
      if (shared.length === 0) {
        groups.push(shared)
        size = 0
      }
      shared.push(file)
      size += file.size
    }
  }
  return groups
}

function layerOf(files: readonly ImageFile[]): PlannedLayer {
  const parts: LayerPart[] = foldersOf(files).map(name => ({ bytes: tarHeader({ name, size: 0 }) }))
  for (const { place, ...file } of files)
    parts.push({ bytes: tarHeader({ name: `${MODELS}/${place}`, size: file.size }) }, file, {
      zeros: tarPadding(file.size),
    })
  parts.push({ zeros: TAR_END })
  return { files, parts, size: parts.reduce((all, part) => all + partLength(part), 0) }
}

/** Bytes of a part. */
export function partLength(part: LayerPart): number {
  if ('bytes' in part) return part.bytes.length
  return 'zeros' in part ? part.zeros : part.size
}

/** The folders of all files, those above before those below: whoever unpacks makes them with these modes, and not by a umask. */
function foldersOf(files: readonly ImageFile[]): string[] {
  const folders = new Set([`${MODELS}/`])
  for (const { place } of files) {
    const parts = place.split('/').slice(0, -1)
    for (const index of parts.keys()) folders.add(`${MODELS}/${parts.slice(0, index + 1).join('/')}/`)
  }
  return [...folders]
}
