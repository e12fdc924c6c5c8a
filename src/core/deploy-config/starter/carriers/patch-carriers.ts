import { readDocuments } from '../../../yaml/documents.ts'
import { type Carrier, fieldsOf, itemsOf, type Json, lastPart, type ReadFile, textOf } from './carrier.ts'
import { nameWithin } from './environments.ts'

/** Patches of a kustomization that say a release: as a text in it, or as operations in a file of their own. */

/**
 * @param read the kustomization
 * @param fileAt the file that a path in it leads to
 * @param objectsOf what an object carries that stands in a text
 */
export function patchCarriers(
  read: ReadFile,
  fileAt: (path: string) => ReadFile | undefined,
  objectsOf: (document: unknown) => Carrier[],
): Carrier[] {
  return read.documents.flatMap(document => {
    const { patches, patchesJson6902, patchesStrategicMerge } = fieldsOf(document)
    return [
      ...patchesIn('patches', itemsOf(patches)),
      ...patchesIn('patchesJson6902', itemsOf(patchesJson6902)),
      ...itemsOf(patchesStrategicMerge).flatMap((text, at) => inText(text, ['patchesStrategicMerge', at])),
    ]
  })

  function patchesIn(key: string, patches: readonly unknown[]): Carrier[] {
    return patches.flatMap((one, at) => {
      const { patch, path, target } = fieldsOf(one)
      const name = textOf(fieldsOf(target).name)
      const other = textOf(path) === undefined ? undefined : fileAt(textOf(path)!)
      if (other) return operationsIn(other.documents[0], other.file, name)
      return inText(patch, [key, at, 'patch'], name)
    })
  }

  function inText(value: unknown, way: Json[], name?: string): Carrier[] {
    const text = textOf(value)
    const { documents } = readDocuments(text ?? '')
    if (text === undefined || !text.includes('\n') || documents.length !== 1) return []
    const document: unknown = documents[0]!.toJS()
    const found = Array.isArray(document) ? operationsIn(document, read.file, name) : objectsOf(document)
    return found.flatMap(carrier => {
      const { set } = carrier.options
      if (!Array.isArray(set)) return []
      return [
        {
          ...{ file: read.file, names: carrier.names, target: 'yaml', says: carrier.says },
          options: {
            set: (set as { [key: string]: Json }[]).map(({ path, ...one }) => ({
              ...one,
              path: way,
              inside: path!,
            })),
          },
          ...(carrier.left && { left: carrier.left }),
          ...(carrier.unclear && { unclear: carrier.unclear }),
        },
      ]
    })
  }
}

// --- internal ---

/** Operations of JSON Patch that write an image or the address of a model. */
function operationsIn(document: unknown, file: string, name: string | undefined): Carrier[] {
  return itemsOf(document).flatMap((operation, at): Carrier[] => {
    const { op, path, value } = fieldsOf(operation)
    const [way, text] = [textOf(path), textOf(value)]
    if (way === undefined || text === undefined || !/^(replace|add)$/.test(String(op))) return []
    const isImage = /\/image$/.test(way) && /[:@]/.test(text)
    const isAddress = /\/(storageUri|modelUri|artifactURL|uri)$/.test(way) && /^[a-z][\w+.-]*:\/\//.test(text)
    if (!isImage && !isAddress) return []
    const names = [
      ...(isImage ? [lastPart(text)] : []),
      ...(name === undefined ? [] : [nameWithin(name, file)]),
    ]
    return [
      {
        ...{ file, names, target: 'yaml', says: text },
        options: { set: [{ path: [at, 'value'], value: isImage ? '{image}' : '{uri}' }] },
      },
    ]
  })
}
