import * as z from 'zod'
import { didYouMean } from '../../core/text/nearest.ts'
import { editYaml, type YamlEdit } from '../../core/yaml/edit/edit.ts'
import { knownKeys } from '../../core/yaml/problems.ts'
import { RELEASE_TARGETS } from '../release-targets.ts'
import {
  type Arms,
  knownArms,
  knownRelease,
  type Manifest,
  manifestIn,
  type ReleaseForTarget,
  refusal,
  type Split,
  type Target,
} from '../target.ts'
import type { Arm } from './pinned.ts'

/** What writes the release of one arm, as options have it. */
const NAMES = Object.keys(RELEASE_TARGETS) as [string, ...string[]]
export const ARM_RELEASE = {
  target: z.enum(NAMES).describe('The target that writes the release of this arm, as for an environment.'),
  options: z.record(z.string(), z.unknown()).default({}).describe('The keys of that target.'),
}

interface ArmRelease {
  target: string
  options: Record<string, unknown>
}

/** What the target of an arm has against its options. */
export function armProblems({ target, options }: ArmRelease, context: z.core.$RefinementCtx): void {
  const { schema } = RELEASE_TARGETS[target]!
  for (const issue of schema.safeParse(options).error?.issues ?? []) {
    const path = ['options', ...issue.path]
    if (issue.code !== 'unrecognized_keys') {
      context.issues.push({ ...issue, path } as z.core.$ZodRawIssue)
      continue
    }
    const known = knownKeys(schema, issue.path)
    for (const key of issue.keys) {
      const message = `is no key of \`${target}\`: ${didYouMean(key, known) ?? `it has ${known.join(', ')}`}`
      context.addIssue({ code: 'custom', path: [...path, key], message })
    }
  }
}

interface TwoArmOptions extends Record<Arm, ArmRelease> {
  file: string
}

/** What a file of routes says. */
interface Routes<Options> {
  /** Files that are read beside the one with the routes. */
  reads?: (options: Options) => readonly string[]
  sticky: Split['sticky']
  /** Why it does not have another way of `sticky`. */
  reason?: string
  /** The Service of an arm; undefined where labels tell its pods from those of the other. */
  serviceOf: (options: Options, arm: Arm) => string | undefined
  /** Edits that leave the champion alone in the routes. */
  alone: (manifest: Manifest, release: ReleaseForTarget, options: Options) => YamlEdit[]
  /** @param beside texts of the files that are read beside it */
  split: (manifest: Manifest, arms: Arms, options: Options, beside: readonly Manifest[]) => YamlEdit[]
}

/**
 * A target that routes to two workloads, each of which another target writes a release into. Without a canary both have the
 * champion's, so that traffic that strays meets a release that is accepted, and the routes name one alone.
 */
export function twoArms<Schema extends z.ZodType<TwoArmOptions>>(
  name: string,
  schema: Schema,
  routes: Routes<z.infer<Schema>>,
): Target {
  const inner = (options: z.infer<Schema>, arm: Arm) => ({
    target: RELEASE_TARGETS[options[arm].target]!,
    options: options[arm].options,
  })
  const alone =
    (how: 'edit' | 'wanted'): Target['edit'] =>
    (files, release, given) => {
      const options = schema.parse(given)
      const known = knownRelease(release)
      const texts = new Map(files)
      rewrite(texts, options.file, manifest => routes.alone(manifest, known, options))
      for (const arm of ARMS) {
        const { target, options: own } = inner(options, arm)
        take(texts, target[how](texts, known, own))
      }
      return changedIn(files, texts)
    }
  const both =
    (how: 'edit' | 'wanted'): Split['edit'] =>
    (files, given, rawOptions) => {
      const options = schema.parse(rawOptions)
      const arms = knownArms(name, given, { ...routes, file: options.file })
      for (const arm of ARMS) {
        const { target, options: own } = inner(options, arm)
        target.ensureReached?.(files, own, routes.serviceOf(options, arm))
      }
      const texts = new Map(files)
      const beside = (routes.reads?.(options) ?? []).map(file => manifestIn(files, file))
      rewrite(texts, options.file, manifest => routes.split(manifest, arms, options, beside))
      for (const arm of ARMS) {
        const { target, options: own } = inner(options, arm)
        take(texts, target[how](texts, arms[arm], own))
      }
      const { target, options: own } = inner(options, 'champion')
      const [shared] = target[how](texts, arms.champion, own).keys()
      if (shared !== undefined)
        throw refusal({
          what: 'both arms write their release into the same place: the champion would serve the challenger',
          where: { file: shared },
          fix: 'give the challenger a workload of its own, and name it in `challenger.options`',
        })
      return changedIn(files, texts)
    }
  return {
    name,
    schema,
    needs(given) {
      const options = schema.parse(given)
      const written = ARMS.flatMap(arm => {
        const { target, options: own } = inner(options, arm)
        return target.needs(own)
      })
      return [...new Set([options.file, ...written, ...(routes.reads?.(options) ?? [])])]
    },
    edit: alone('edit'),
    wanted: alone('wanted'),
    split: {
      movedBy: 'commits',
      sticky: routes.sticky,
      edit: both('edit'),
      wanted: both('wanted'),
    },
  }
}

// --- internal ---

const ARMS = ['champion', 'challenger'] as const

function rewrite(texts: Map<string, string>, file: string, edits: (manifest: Manifest) => YamlEdit[]): void {
  const manifest = manifestIn(texts, file)
  texts.set(file, editYaml(manifest.text, file, edits(manifest)).text)
}

function take(texts: Map<string, string>, edited: ReadonlyMap<string, string>): void {
  for (const [file, text] of edited) texts.set(file, text)
}

function changedIn(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Map<string, string> {
  return new Map([...after].filter(([file, text]) => before.get(file) !== text))
}
