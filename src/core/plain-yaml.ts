import { plainValue, readDocuments, repeatedKeys } from './yaml-documents.ts'

/** One document of YAML that is not ours, as plain data; undefined where it cannot be read, or says one thing twice. */
export function parsePlainYaml(text: string): unknown {
  const read = readDocuments(text.replace(/^\ufeff/, ''))
  const [document, second] = read.documents
  if (!document || second || read.faults.length > 0 || repeatedKeys(read).repeated.length > 0)
    return undefined
  const plain = plainValue(document)
  return 'value' in plain ? plain.value : undefined
}
