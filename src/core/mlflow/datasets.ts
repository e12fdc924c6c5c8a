import type { DataRole } from '../inputs/dvc/data-version.ts'
import { maskDataPath } from '../secrets/secrets.ts'
import { shortened } from '../text/visible-text.ts'
import type { Result } from '../verdict/result.ts'
import type { DatasetInput } from './requests.ts'

/** The test set by its own hash, the data by what its files say of it. What a stage makes follows from what it reads, and is none. */
export function datasetsOf(
  { candidate: { testSet, data = [], commit } }: Result,
  roles: ReadonlyMap<string, DataRole>,
): DatasetInput[] {
  const tested = testSet
    ? [
        dataset(
          'test set',
          testSet.hash,
          'testing',
          { test_set: testSet.hash, ids_and_labels: 'sha256' },
          {
            num_rows: testSet.rows,
          },
        ),
      ]
    : []
  const used = data.flatMap(line => {
    const role = roles.get(line) ?? 'training'
    if (role === 'made') return []
    const [, path, kind, hash] = /^(.+) (md5|etag|checksum|sha256) (\S+)/.exec(line) ?? []
    if (path === undefined || kind === undefined || hash === undefined) return []
    const shown = maskDataPath(path)
    return [dataset(shown, hash, role, { path: shown, [kind]: hash, commit })]
  })
  return [...tested, ...used].slice(0, MOST_DATASETS)
}

// --- internal ---

const MOST_DATASETS = 50
/** Characters of a digest that the strictest server takes. */
const DIGEST = 36

/** The digest may have 36 characters: the whole one stands in the source. */
function dataset(
  name: string,
  hash: string,
  context: string,
  source: object,
  profile?: object,
): DatasetInput {
  return {
    tags: [{ key: 'mlflow.data.context', value: context }],
    dataset: {
      name: shortened(name, 500),
      digest: hash.slice(0, DIGEST),
      source_type: 'assay',
      source: JSON.stringify(source),
      ...(profile && { profile: JSON.stringify(profile) }),
    },
  }
}
