import { KUSTOMIZATION_NAMES, neededFiles } from '../../core/promotion/effect/kustomization.ts'
import { notRendered } from './render.ts'

/** Texts of files by path in the repository, undefined for those that are not there; through a forge, in one request. */
export type ReadTexts = (paths: readonly string[]) => Promise<ReadonlyMap<string, string | undefined>>

/**
 * All files that `kustomize build` reads for a kustomization, those of its bases and components included, a step at a time.
 *
 * @throws AssayError `NOT_RENDERED` where something is missing, lies outside the repository or would start a program, or
 * where it is too much; `YAML_UNREADABLE`
 */
export async function kustomizationFiles(path: string, read: ReadTexts): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const seen = new Set([path])
  let open = await readAll([path], read)
  for (let step = 0; open.size > 0; step++) {
    if (step === MOST_STEPS) throw notRendered(`the bases of ${path} are more than ${MOST_STEPS} deep`)
    const needed = [...open].map(([file, text]) => neededOf(text, file))
    const wanted = (kind: 'files' | 'folders') => {
      const all = [...new Set(needed.flatMap(one => one[kind]))].filter(one => !seen.has(one))
      for (const one of all) seen.add(one)
      return all
    }
    for (const [file, text] of [...open, ...(await readAll(wanted('files'), read))]) found.set(file, text)
    open = await kustomizationsIn(wanted('folders'), read)
    const size = [...found.values()].reduce((sum, text) => sum + text.length, 0)
    if (found.size > MOST_FILES || size > MOST_CHARACTERS)
      throw notRendered(`${path} needs more than ${MOST_FILES} files or ${MOST_CHARACTERS} characters`)
  }
  return found
}

// --- internal ---

const MOST_STEPS = 8
const MOST_FILES = 200
const MOST_CHARACTERS = 4_000_000

function neededOf(text: string, file: string) {
  const needed = neededFiles(text, file)
  if (needed.refused !== undefined) throw notRendered(needed.refused)
  return needed
}

async function readAll(paths: readonly string[], read: ReadTexts): Promise<Map<string, string>> {
  if (paths.length > MOST_FILES) throw notRendered(`a kustomization names more than ${MOST_FILES} files`)
  const there = await present(paths, read)
  const missing = paths.find(path => !there.has(path))
  if (missing !== undefined) throw notRendered(`${missing} is not in the repository`)
  return there
}

async function kustomizationsIn(folders: readonly string[], read: ReadTexts): Promise<Map<string, string>> {
  if (folders.length > MOST_FILES) throw notRendered(`a kustomization names more than ${MOST_FILES} folders`)
  const paths = folders.flatMap(folder => KUSTOMIZATION_NAMES.map(name => `${folder}/${name}`))
  const there = await present(paths, read)
  const without = folders.find(folder => ![...there.keys()].some(path => path.startsWith(`${folder}/`)))
  if (without !== undefined) throw notRendered(`${without} holds no kustomization`)
  return there
}

/** Those of the files that are there, in the order of their paths. */
async function present(paths: readonly string[], read: ReadTexts): Promise<Map<string, string>> {
  if (paths.length === 0) return new Map()
  const texts = await read(paths)
  return new Map(
    paths.flatMap((path): [string, string][] => {
      const text = texts.get(path)
      return text === undefined ? [] : [[path, text]]
    }),
  )
}
