import { type Descriptor, json, TYPES } from './manifest.ts'

/** Of the rows of a release that are kept in a registry, and of their one layer. */
export const ROWS_TYPE = 'application/vnd.assay.rows.v1'

/** The manifest of an artifact that is one file of rows. */
export function rowsManifest(rows: { digest: string; size: number }, empty: Descriptor): Buffer {
  const layer = { mediaType: ROWS_TYPE, digest: rows.digest, size: rows.size }
  return json({
    schemaVersion: 2,
    mediaType: TYPES.manifest,
    artifactType: ROWS_TYPE,
    config: empty,
    layers: [layer],
  })
}
