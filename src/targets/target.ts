import * as z from 'zod'
import { AssayError, type Problem } from '../core/errors/errors.ts'
import { ReleaseRecord } from '../core/release/record.ts'
import { editYaml, type YamlEdit } from '../core/yaml/edit/edit.ts'
import { shown } from '../core/yaml/edit/problem.ts'

/** What a target needs to know of a release. A release record has all of it, `weight` apart. */
export const ReleaseForTarget = ReleaseRecord.pick({
  model: true,
  version: true,
  commit: true,
  image: true,
  uri: true,
}).extend({
  weight: z
    .int()
    .min(0)
    .max(100)
    .optional()
    .describe('Percent of the traffic that the release gets; the champion gets the rest. Absent: no canary.'),
})
export type ReleaseForTarget = z.infer<typeof ReleaseForTarget>

/**
 * One way to write a release into manifests. Text → text: the same release twice changes nothing the second time, only
 * the bytes that must change do, and what is missing is named with file and path.
 */
export interface Target {
  name: string
  /** `weights`: it splits traffic and nothing else. Promotions give no weight until there are canaries: it refuses them all. */
  writes: 'release' | 'weights'
  /** The options, as `assay-deploy.yml` has them. */
  schema: z.ZodType
  /** Files that `edit` must be given, relative to the folder of the environment. */
  needs(options: unknown): string[]
  /**
   * The files whose text changes, with their new text; empty when the release is there already.
   *
   * @throws AssayError `TARGET_REFUSED`, `YAML_EDIT_REFUSED` or `YAML_UNREADABLE`; ZodError for a release or options that
   *   did not pass their schemas
   */
  edit(files: ReadonlyMap<string, string>, release: ReleaseForTarget, options: unknown): Map<string, string>
  /**
   * As `edit`, whatever image stands there now: what the manifests would be if they said the release. Empty: they do. For
   * looking, never for writing.
   *
   * @throws as `edit`
   */
  wanted(files: ReadonlyMap<string, string>, release: ReleaseForTarget, options: unknown): Map<string, string>
}

/** A file to edit, as a target sees it. */
export interface Manifest {
  file: string
  text: string
}

/**
 * A target that edits the one file its options name. `check` sees the file as edited, and throws where the release would not be
 * what it says.
 */
export function target<Schema extends z.ZodType<{ file: string }>>(
  name: string,
  schema: Schema,
  edits: (manifest: Manifest, release: ReleaseForTarget, options: z.infer<Schema>) => YamlEdit[],
  check?: (manifest: Manifest, release: ReleaseForTarget, options: z.infer<Schema>) => void,
): Target {
  const edit = (
    files: ReadonlyMap<string, string>,
    release: ReleaseForTarget,
    options: z.infer<Schema>,
  ): Map<string, string> => {
    const { file } = options
    const text = files.get(file)
    if (text === undefined)
      throw refusal({
        what: 'the file is not there',
        where: { file },
        fix: `create it, or correct \`file\``,
      })
    const known = ReleaseForTarget.parse(withoutRest(release))
    const edited = editYaml(text, file, edits({ file, text }, known, options))
    check?.({ file, text: edited.text }, known, options)
    return edited.text === text ? new Map() : new Map([[file, edited.text]])
  }
  return {
    name,
    writes: 'release',
    schema,
    needs: options => [schema.parse(options).file],
    edit: (files, release, options) => edit(files, release, schema.parse(options)),
    wanted(files, release, options) {
      const registries = release.image ? [release.image.name] : []
      return edit(files, release, { ...schema.parse(options), registries })
    },
  }
}

/** A release that does not go into this manifest. */
export function refusal(...problems: Problem[]): AssayError {
  const files = [...new Set(problems.flatMap(problem => problem.where?.file ?? []))].join(', ')
  return new AssayError({
    code: 'TARGET_REFUSED',
    title: `${files} was not changed`,
    problems: problems.map(shown),
  })
}

// --- internal ---

function withoutRest({ model, version, commit, image, uri, weight }: ReleaseForTarget): ReleaseForTarget {
  return { model, version, commit, image, uri, weight }
}
