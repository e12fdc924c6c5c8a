import * as z from 'zod'
import { AssayError, type Problem } from '../core/errors/errors.ts'
import { ReleaseRecord } from '../core/release/record.ts'
import { editYaml, type YamlEdit } from '../core/yaml/edit/edit.ts'
import { shown } from '../core/yaml/edit/problem.ts'

/** What a target needs to know of a release. A release record has all of it. */
export const ReleaseForTarget = ReleaseRecord.pick({
  model: true,
  version: true,
  commit: true,
  image: true,
  uri: true,
  parameters: true,
}).strip()
export type ReleaseForTarget = z.infer<typeof ReleaseForTarget>

/**
 * What keeps a user with one arm: a cookie that the split sets, the value of a request header that is hashed, or nothing: each
 * request is drawn anew.
 */
export type Sticky = 'cookie' | 'none' | { header: string }

/** A canary as it stands in the manifests: two releases and the share of one. */
export interface Arms {
  champion: ReleaseForTarget
  challenger: ReleaseForTarget
  /** Percent of the traffic that the challenger gets, whole, 1 to 99; the champion gets the rest. One of `steps`. */
  weight: number
  /** All weights of this canary, ascending: who meets the challenger at one of them meets it at each later one. */
  steps: readonly number[]
  sticky: Sticky
}

/** How a target splits traffic. */
export interface Split {
  /**
   * Who takes its steps: each a commit that writes a weight, or the controller of the workload, which is given all of them at once and
   * knows the weight of now. Then `edit` writes the same whatever the weight.
   */
  movedBy: 'commits' | 'controller'
  /** The ways of `sticky` that it has. */
  sticky: readonly ('cookie' | 'header' | 'none')[]
  /**
   * The files whose text changes so that both arms serve, each its share; empty when they do already. `edit` of the champion takes
   * out again whatever this wrote.
   *
   * @throws AssayError as `edit` of the target, and where the manifests cannot split so; ZodError for arms that did not pass
   *   their schema
   */
  edit(files: ReadonlyMap<string, string>, arms: Arms, options: unknown): Map<string, string>
  /** As `edit`, whatever images stand there now: `Target.wanted` of both arms. */
  wanted(files: ReadonlyMap<string, string>, arms: Arms, options: unknown): Map<string, string>
}

/**
 * One way to write a release into manifests. Text → text: the same release twice changes nothing the second time, only
 * the bytes that must change do, and what is missing is named with file and path.
 */
export interface Target {
  name: string
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
  /** Absent: it cannot split traffic. */
  split?: Split
  /**
   * Absent: whatever it writes a release into can be one of two workloads behind routes.
   *
   * @param service name or host of the Service that the routes lead to; absent where that is another's too
   * @throws AssayError `TARGET_REFUSED` where the routes would not reach this workload alone
   */
  ensureReached?(files: ReadonlyMap<string, string>, options: unknown, service: string | undefined): void
}

/** A file to edit, as a target sees it. */
export interface Manifest {
  file: string
  text: string
}

/** Where a target of one file splits traffic in that same file. */
interface OwnSplit<Options> extends Pick<Split, 'movedBy' | 'sticky'> {
  reads?: (options: Options) => string | undefined
  /** @param beside the file that is read beside it, else its own once more */
  edits: (manifest: Manifest, arms: Arms, options: Options, beside: Manifest) => YamlEdit[]
}

/**
 * A target that edits the one file its options name. `check` sees the file as edited, and throws where the release would not be
 * what it says.
 */
export function target<Schema extends z.ZodType<{ file: string }>>(
  name: string,
  schema: Schema,
  edits: (manifest: Manifest, release: ReleaseForTarget, options: z.infer<Schema>) => YamlEdit[],
  more: {
    check?: (manifest: Manifest, release: ReleaseForTarget, options: z.infer<Schema>) => void
    split?: OwnSplit<z.infer<Schema>>
    ensureReached?: (manifest: Manifest, options: z.infer<Schema>, service: string | undefined) => void
  } = {},
): Target {
  const edit = (
    files: ReadonlyMap<string, string>,
    release: ReleaseForTarget,
    options: z.infer<Schema>,
  ): Map<string, string> => {
    const manifest = manifestIn(files, options.file)
    const known = knownRelease(release)
    const edited = editYaml(manifest.text, manifest.file, edits(manifest, known, options))
    more.check?.({ file: manifest.file, text: edited.text }, known, options)
    return changed(manifest, edited.text)
  }
  const splitIn = (
    split: OwnSplit<z.infer<Schema>>,
    files: ReadonlyMap<string, string>,
    arms: Arms,
    options: z.infer<Schema>,
  ): Map<string, string> => {
    const manifest = manifestIn(files, options.file)
    const given = knownArms(name, arms, { ...split, file: manifest.file })
    const beside = manifestIn(files, split.reads?.(options) ?? options.file)
    const edits = split.edits(manifest, given, options, beside)
    return changed(manifest, editYaml(manifest.text, manifest.file, edits).text)
  }
  const { split, ensureReached } = more
  return {
    name,
    schema,
    needs(given) {
      const own = schema.parse(given)
      return [...new Set([own.file, split?.reads?.(own) ?? own.file])]
    },
    edit: (files, release, options) => edit(files, release, schema.parse(options)),
    wanted(files, release, options) {
      const registries = release.image ? [release.image.name] : []
      return edit(files, release, { ...schema.parse(options), registries })
    },
    ...(split && {
      split: {
        movedBy: split.movedBy,
        sticky: split.sticky,
        edit: (files, arms, options) => splitIn(split, files, arms, schema.parse(options)),
        wanted(files, arms, options) {
          const registries = [arms.champion, arms.challenger].flatMap(({ image }) => image?.name ?? [])
          return splitIn(split, files, arms, { ...schema.parse(options), registries })
        },
      },
    }),
    ...(ensureReached && {
      ensureReached(files, options, service) {
        const own = schema.parse(options)
        ensureReached(manifestIn(files, own.file), own, service)
      },
    }),
  }
}

/** @throws AssayError `TARGET_REFUSED` without the file */
export function manifestIn(files: ReadonlyMap<string, string>, file: string): Manifest {
  const text = files.get(file)
  if (text !== undefined) return { file, text }
  throw refusal({
    what: 'the file is not there',
    where: { file },
    fix: 'create it, or correct its name in the options',
  })
}

/** What a target may know of a release, checked. */
export const knownRelease = (release: ReleaseForTarget): ReleaseForTarget => ReleaseForTarget.parse(release)

/**
 * Arms, checked.
 *
 * @throws AssayError `TARGET_REFUSED` for a way of `sticky` that the target does not have; ZodError
 */
export function knownArms(
  name: string,
  { champion, challenger, ...rest }: Arms,
  target: { sticky: Split['sticky']; reason?: string; file: string },
): Arms {
  const arms = KnownArms.parse({
    ...rest,
    champion: knownRelease(champion),
    challenger: knownRelease(challenger),
  })
  const { sticky } = arms
  const [way, words] =
    typeof sticky === 'object' ? (['header', `header ${sticky.header}`] as const) : [sticky, sticky]
  if (target.sticky.includes(way)) return arms
  throw refusal({
    what: `\`${name}\` cannot split with \`sticky: ${words}\`${target.reason === undefined ? '' : `: ${target.reason}`}`,
    where: { file: target.file },
    fix: `it has: ${target.sticky.map(one => `\`${one}\``).join(', ')}`,
  })
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

function changed({ file, text }: Manifest, after: string): Map<string, string> {
  return after === text ? new Map() : new Map([[file, after]])
}

const Weight = z.int().min(1).max(99)

const KnownArms = z
  .strictObject({
    champion: ReleaseForTarget,
    challenger: ReleaseForTarget,
    weight: Weight,
    steps: z.array(Weight).min(1),
    sticky: z.union([
      z.enum(['cookie', 'none']),
      z.strictObject({
        header: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]*$/, 'must be the name of a header'),
      }),
    ]),
  })
  .refine(({ steps }) => steps.every((step, at) => at === 0 || step > steps[at - 1]!), 'steps must rise')
  .refine(({ steps, weight }) => steps.includes(weight), 'the weight must be one of the steps')
  .refine(({ champion, challenger }) => champion.model === challenger.model, 'arms are of one model')
  .refine(({ champion, challenger }) => champion.version !== challenger.version, 'arms have two versions')
