import type * as z from 'zod'
import { RelativePath } from '../../core/text/relative-path.ts'

/** The files that targets write into, by their names from the environment's folder. */

const NO_MANIFEST = 'must be a manifest: not a hidden file or folder, a pipeline or configuration of Assay'

const Manifest = RelativePath.refine(isManifest, NO_MANIFEST)

/** A YAML file. */
export const ManifestPath = Manifest.superRefine(ending(/\.ya?ml$/i, '`.yaml` or `.yml`'))

/** A YAML file, or JSON, which is YAML too. */
export const ValuesPath = Manifest.superRefine(ending(/\.(ya?ml|json)$/i, '`.yaml`, `.yml` or `.json`'))

/** A file of any name that holds a text alone. */
export const TextPath = Manifest

/** A YAML file that has a usual name. */
export function manifestPath(usual: string) {
  return ManifestPath.default(usual).describe("The file, relative to the environment's folder.")
}

// --- internal ---

function ending(wanted: RegExp, words: string): (path: string, context: z.core.$RefinementCtx) => void {
  return (path, context) => {
    if (!wanted.test(path))
      context.addIssue({ code: 'custom', message: `must be a ${words} file${insteadOf(path)}` })
  }
}

/** What is a program has no bytes that can be edited: it reads the value from a file that has. */
function insteadOf(path: string): string {
  const [, kind = ''] = /\.(jsonnet|libsonnet|cue|tf|tfvars|hcl)$/i.exec(path) ?? []
  const way = ELSEWHERE[kind.toLowerCase()]
  return way === undefined ? '' : `. ${way}`
}

const TERRAFORM =
  'Terraform: keep the value in `models.auto.tfvars.json`, or in a YAML file that a module reads with `yamldecode(file(…))`'
const JSONNET = "Jsonnet: keep the value in a JSON file that it imports, `import 'release.json'`"
const ELSEWHERE: Record<string, string> = {
  jsonnet: JSONNET,
  libsonnet: JSONNET,
  cue: 'CUE: keep the value in a JSON or YAML file of the package, by `@embed(file=release.json)` or as one more argument of `cue export`',
  tf: TERRAFORM,
  tfvars: TERRAFORM,
  hcl: TERRAFORM,
}

/** What a CI or a forge obeys is none: what begins with a dot, pipelines, owners of code, builds, Assay's own configuration. */
function isManifest(path: string): boolean {
  return !path.split('/').some(part => (part.startsWith('.') && part !== '..') || OBEYED.test(part))
}

const OBEYED =
  /^((assay(-deploy)?|.*-pipelines|cloudbuild)\.ya?ml|(package|renovate|composer|deno)\.json|Jenkinsfile.*|CODEOWNERS|(.*[.-])?(Makefile|Dockerfile)(\..*)?|.*\.(sh|bash|py|rb|js|mjs|cjs|ts|groovy|mk))$/i
