import { assignedAddresses } from './addresses.ts'
import { type Carrier, fieldsOf, isCalledLike, itemsOf, lastPart, type ReadFile, textOf } from './carrier.ts'
import { environmentOf } from './environments.ts'
import { patchedCarriers } from './object-carriers.ts'
import { patchCarriers } from './patch-carriers.ts'
import { valueCarriers } from './value-carriers.ts'

/** Kustomizations that say which release serves, or could. */

const KUSTOMIZATION = /(^|\/)(kustomization\.ya?ml|Kustomization)$/

export function isKustomization(file: string): boolean {
  return KUSTOMIZATION.test(file)
}

/**
 * The entries of `images` of a kustomization; of an overlay that has none, an entry for the image that its base runs, which a
 * promotion adds.
 */
export function kustomizeCarriers(read: ReadFile, byFile: ReadonlyMap<string, ReadFile>): Carrier[] {
  const { file, documents } = read
  const name = file.slice(file.lastIndexOf('/') + 1)
  const own: Carrier['options'] = name === 'kustomization.yaml' ? {} : { file: name }
  const entries = imagesOf(documents)
  const literals = entries.length > 0 ? [] : literalsOf(documents)
  const patches = patchCarriers(
    read,
    path => belowAt(read, path, byFile),
    document => patchedCarriers(document, file),
  )
  const images = entries.length > 0 ? entries : environmentOf(file) ? baseImages(read, byFile) : []
  const add: Carrier['options'] = entries.length > 0 ? {} : { add: true }
  // Where a literal says the model, what the base runs is the server.
  const chosen = chosenOf(literals.length > 0 ? [] : images, file)
  const ofImages = chosen.images.map(
    (image): Carrier => ({
      ...{ file, names: [lastPart(image)], target: 'kustomize', says: image },
      options: { ...own, image, ...add },
      ...(chosen.isUnclear && { unclear: chosen.images }),
    }),
  )
  const ofLiterals: Carrier[] = [
    {
      ...{ file, target: 'kustomize', says: literals.map(({ says }) => says).join(', ') },
      names: [...modelFolders(file), ...literals.map(one => one.config_map), ...images.map(lastPart)],
      options: {
        ...own,
        literals: literals.map(({ config_map, key }) => ({ config_map, key, value: '{uri}' })),
      },
      ...(literals.length > 1 && { unclear: literals.map(one => `${one.key}   ${one.says}`) }),
    },
  ]
  const charts = documents.flatMap(document => chartCarriers(file, document))
  const ofPatches = withoutSidecars(patches, { entries, images, file })
  return [...ofImages, ...(literals.length > 0 ? ofLiterals : []), ...ofPatches, ...charts]
}

/** The names of the images that a kustomization makes others of. */
export function imagesOf(documents: readonly unknown[]): string[] {
  return documents.flatMap(document =>
    itemsOf(fieldsOf(document).images).flatMap(entry => textOf(fieldsOf(entry).name) ?? []),
  )
}

/** Overlays of environments by each file that they are built upon, at whatever distance. */
export function overlaysByFile(byFile: ReadonlyMap<string, ReadFile>): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const overlay of byFile.values()) {
    if (!isKustomization(overlay.file) || !environmentOf(overlay.file)) continue
    const seen = new Set([overlay])
    // What is added while it is walked through is walked through, too.
    for (const one of seen)
      if (isKustomization(one.file)) for (const below of belowOf(one, byFile)) seen.add(below)
    for (const { file } of seen) found.set(file, [...(found.get(file) ?? []), overlay.file])
  }
  return found
}

// --- internal ---

/**
 * Of the images that patches write, those that may be a model's: none that everybody has, or that was no model's among those of the
 * base; beside entries of `images` only what is called like its object. Of several of one object, those that are called like it; where
 * none is, of several registries nobody knows which is the model's.
 */
function withoutSidecars(
  patches: readonly Carrier[],
  { entries, images, file }: { entries: readonly string[]; images: readonly string[]; file: string },
): Carrier[] {
  const known = chosenOf(images, file)
  const isNamed = ({ says, names: [, ...own] }: Carrier) => own.some(name => isCalledLike(says, name))
  const mayBe = patches.filter(one => {
    const image = imageName(one.says)
    const isOthers = COMMON.test(image) || (images.includes(image) && !known.images.includes(image))
    return !isOfImage(one) || (!isOthers && (entries.length === 0 || isNamed(one)))
  })
  const ofObjects = Map.groupBy(mayBe.filter(isOfImage), ({ names: [, ...own] }) => own.join(' '))
  const kept = [...ofObjects.values()].flatMap(all => {
    const named = all.filter(isNamed)
    if (named.length > 0) return named
    const patched = all.map(({ says }) => imageName(says))
    const isInBase = known.isUnclear && patched.some(image => images.includes(image))
    const chosen = isInBase ? known : chosenOf(patched, file)
    const own = all.filter(({ says }) => chosen.images.includes(imageName(says)))
    return chosen.isUnclear ? own.map(one => ({ ...one, unclear: chosen.images })) : own
  })
  return [...mayBe.filter(one => !isOfImage(one)), ...kept]
}

/** Whether it writes an image and nothing else. */
function isOfImage({ options: { set } }: Carrier): boolean {
  return itemsOf(set).every(one => fieldsOf(one).value === '{image}')
}

/** Without what tells one version from another. */
function imageName(image: string): string {
  return image.replace(/@.*$/, '').replace(/:[^:/]*$/, '')
}

/** Values of charts that the kustomization renders itself. */
function chartCarriers(file: string, document: unknown): Carrier[] {
  return itemsOf(fieldsOf(document).helmCharts).flatMap((one, at) => {
    const { releaseName, name, valuesInline } = fieldsOf(one)
    const own = [releaseName, name].flatMap(text => textOf(text) ?? [])
    return valueCarriers(file, valuesInline, {
      ...{ prefix: ['helmCharts', at, 'valuesInline'], own, target: 'yaml' },
    })
  })
}

/** Addresses among the literals of generated ConfigMaps. */
function literalsOf(documents: readonly unknown[]): { config_map: string; key: string; says: string }[] {
  return documents.flatMap(document =>
    itemsOf(fieldsOf(document).configMapGenerator).flatMap(one => {
      const { name, literals } = fieldsOf(one)
      const config_map = textOf(name)
      return config_map === undefined
        ? []
        : assignedAddresses(literals).map(found => ({ config_map, ...found }))
    }),
  )
}

/** Folders above, but those that are of all models. */
function modelFolders(file: string): string[] {
  return file
    .split('/')
    .slice(0, -1)
    .filter(
      part =>
        environmentOf(part) === undefined &&
        !/^(overlays?|envs?|environments?|apps?|base|deploy|k8s|manifests)$/.test(part),
    )
    .toReversed()
}

/** The file that a path of a kustomization leads to. */
function belowAt(
  { file }: ReadFile,
  path: string,
  byFile: ReadonlyMap<string, ReadFile>,
): ReadFile | undefined {
  return byFile.get(joined(file, path) ?? '')
}

const DEEPEST = 6
const NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization']

/** The one that a folder is called like, else all of one registry; of several registries nobody knows which is a model's. */
function chosenOf(images: readonly string[], file: string): { images: string[]; isUnclear: boolean } {
  const all = [...new Set(images)]
  const segments = file.split('/')
  const named = all.filter(image => segments.includes(lastPart(image)))
  if (named.length > 0) return { images: named, isUnclear: false }
  const registries = Map.groupBy(all, image => image.slice(0, image.lastIndexOf('/') + 1))
  if (registries.size <= 1) return { images: all, isUnclear: false }
  const own = [...registries].filter(([registry]) => registry !== '' && !COMMON.test(registry))
  return own.length === 1 ? { images: own[0]![1], isUnclear: false } : { images: all, isUnclear: true }
}

/** Where everybody's images are: proxies, agents, tools. */
const COMMON =
  /^((docker\.io|index\.docker\.io)\/library\/|quay\.io\/(prometheus|jetstack)|registry\.k8s\.io|k8s\.gcr\.io|envoyproxy\/|istio\/|docker\.io\/(istio|envoyproxy))/

/** The images of what lies below an overlay and is of no environment; none where it puts overlays together. */
function baseImages(read: ReadFile, byFile: ReadonlyMap<string, ReadFile>): string[] {
  const found: string[] = []
  const seen = new Set<string>()
  const visit = (one: ReadFile, deep: number): boolean => {
    if (deep === 0 || seen.has(one.file)) return true
    seen.add(one.file)
    return belowOf(one, byFile).every(below => {
      if (isKustomization(below.file)) {
        if (environmentOf(below.file)) return false
        const made = imagesOf(below.documents)
        found.push(...made)
        return made.length > 0 || visit(below, deep - 1)
      }
      if (!environmentOf(below.file)) found.push(...podImages(below))
      return true
    })
  }
  return visit(read, DEEPEST) ? found : []
}

/** The files that a kustomization names, and the kustomizations of the folders. */
function belowOf(one: ReadFile, byFile: ReadonlyMap<string, ReadFile>): ReadFile[] {
  return referencesOf(one).flatMap(path => {
    const names = [path, ...NAMES.map(name => `${path}/${name}`)]
    return names.flatMap(at => byFile.get(at) ?? []).slice(0, 1)
  })
}

function referencesOf({ file, documents }: ReadFile): string[] {
  return documents.flatMap(document => {
    const { resources, bases } = fieldsOf(document)
    return [...itemsOf(resources), ...itemsOf(bases)].flatMap(one => {
      const path = textOf(one)
      return path === undefined || /:\/\/|^\//.test(path) ? [] : (joined(file, path) ?? [])
    })
  })
}

function joined(file: string, reference: string): string | undefined {
  const parts = file.split('/').slice(0, -1)
  for (const part of reference.split('/')) {
    if (part === '..' && parts.pop() === undefined) return undefined
    if (!['', '.', '..'].includes(part)) parts.push(part)
  }
  return parts.join('/')
}

/** The names of the images of containers, without what tells one version from another. */
function podImages({ documents }: ReadFile): string[] {
  return documents.flatMap(document => {
    const { spec } = fieldsOf(document)
    const pod = fieldsOf(fieldsOf(fieldsOf(spec).template).spec)
    return itemsOf(pod.containers).flatMap(one => {
      const image = textOf(fieldsOf(one).image)
      return image === undefined || !/^[\w.:/@-]+$/.test(image) ? [] : [imageName(image)]
    })
  })
}
