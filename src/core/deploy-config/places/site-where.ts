import type { Problem } from '../../errors/errors.ts'
import { readDocuments } from '../../yaml/documents.ts'
import { whereAt } from '../../yaml/problems.ts'

/** Where a deploy configuration says that an environment stands elsewhere: the line of its `repository`, else of its `branch`. */
export function siteWhere(text: string, file: string, environment: string): Problem['where'] {
  const { documents, positionOf } = readDocuments(text)
  const [document] = documents
  if (!document) return { file }
  const own = (key: string) => ['environments', environment, key]
  const ways = [own('repository'), own('branch'), ['branch']]
  return whereAt(
    { file, document, positionOf },
    ways.find(path => document.hasIn(path)) ?? ['environments', environment],
    true,
  )
}
