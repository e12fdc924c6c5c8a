import { type ReleaseRecord, releaseKey } from '../release/record.ts'
import { shortened } from '../text/visible-text.ts'
import type { KeyValue, NewVersion } from './requests.ts'

/** The tag by which the version of a release is found again: a second run makes no second one. */
export function releaseTag(record: ReleaseRecord): KeyValue {
  return { key: 'assay.release', value: releaseKey(record) }
}

/** A release as a version of a registered model. Its source is what is deployed: where it is loaded from, or the image by digest. */
export function versionFor(
  record: ReleaseRecord,
  name: string,
  of: { run?: string | undefined; loggedModel?: string | undefined },
): NewVersion {
  const { image, uri, commit, repository, version, model, verdict } = record
  return {
    name,
    source: uri ?? `oci://${image!.name}@${image!.digest}`,
    ...(of.run !== undefined && { run_id: of.run }),
    ...(of.loggedModel !== undefined && { model_id: of.loggedModel }),
    description: shortened(`${version}, made from commit ${commit} of ${repository}`, 500),
    tags: [
      releaseTag(record),
      { key: 'assay.model', value: model },
      { key: 'assay.version', value: version },
      { key: 'assay.commit', value: commit },
      { key: 'assay.verdict', value: verdict },
      ...(image ? [{ key: 'assay.image', value: `${image.name}@${image.digest}` }] : []),
    ],
  }
}
