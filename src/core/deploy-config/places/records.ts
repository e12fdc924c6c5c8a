import type { Problem } from '../../errors/errors.ts'
import type { WhereOf } from '../../yaml/config.ts'
import type { Broken } from '../../yaml/readable-part.ts'
import { filled, recordsIn } from './paths.ts'
import { isOwnSite, placeKey, type SiteKeys, siteOf } from './sites.ts'

interface RecordKeys extends SiteKeys {
  path?: string | undefined
  records?: string | undefined
}

/** Of the file, as far as it says where records stand. */
interface RecordsFile extends RecordKeys {
  environments: Record<string, RecordKeys>
}

/** Where the records of an environment stand, and the key that says so. */
export function recordsOf(
  deploy: RecordsFile,
  name: string,
): { records: string; at: PropertyKey[] } | undefined {
  const own = deploy.environments[name]!
  const at = (key: 'records' | 'path') => (own[key] === undefined ? [key] : ['environments', name, key])
  const records = own.records ?? deploy.records
  if (records !== undefined) return { records, at: at('records') }
  const path = own.path ?? deploy.path
  const isOwn = own.path !== undefined || isOwnSite(deploy, own)
  return path === undefined ? undefined : { records: recordsIn(path, isOwn), at: at('path') }
}

/** Two environments of one model may share their manifests, and never their record. */
export function recordsProblems(deploy: RecordsFile, whereOf: WhereOf, broken: Broken): Problem[] {
  const seen = new Map<string, string>()
  return Object.keys(deploy.environments).flatMap(name => {
    const isBroken = (['path', 'records'] as const).some(
      key => broken.at([key]) || broken.at(['environments', name, key]),
    )
    const found = recordsOf(deploy, name)
    if (!found || isBroken) return []
    const folder = filled(found.records, '{model}', name)
    const place = JSON.stringify([folder, placeKey(siteOf(deploy, deploy.environments[name]!, name))])
    const other = seen.get(place)
    seen.set(place, name)
    if (other === undefined) return []
    return [
      {
        what: `the records of \`${name}\` and \`${other}\` have the same folder: ${folder}`,
        where: whereOf(found.at),
        fix: `put \`{environment}\` into \`${found.at.at(-1)!.toString()}\``,
      },
    ]
  })
}
