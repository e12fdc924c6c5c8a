import type { ScanConfig } from '../core/config/scan.ts'
import { AssayError, isAssayError } from '../core/errors/errors.ts'
import type { JudgedFile } from '../core/scan/judged.ts'
import { count, formatCount } from '../core/text/numbers.ts'
import { visible } from '../core/text/visible-text.ts'
import type { OptionValues } from './command/command.ts'
import type { CommandResult, Context } from './command/context.ts'
import type { SCAN_OPTIONS } from './command/scan-options.ts'
import { scannedFiles } from './model/scanned.ts'
import { readProject } from './project/project.ts'

/** Says whether the files of a model are safe to load, and loads none. */
export async function run(
  context: Context,
  options: OptionValues<typeof SCAN_OPTIONS>,
): Promise<CommandResult> {
  const asked = await askedFiles(context, options)
  const judged: JudgedFile[] = []
  for (const one of asked) judged.push(...(await scannedFiles(context, one)))
  const bad = judged.filter(({ mayBeLoaded }) => !mayBeLoaded)
  return {
    exitCode: bad.length > 0 ? 1 : 0,
    text: [...judged.map(textOf), closing(judged, bad)].join('\n'),
    json: { files: judged },
    ...(bad.length > 0 && { reason: closing(judged, bad) }),
  }
}

// --- internal ---

const MARKS: Readonly<Record<JudgedFile['verdict'], string>> = {
  safe: '✓',
  allowed: '!',
  unsafe: '✗',
  unscannable: '✗',
}

/** Files that are named, with what any model of the repository allows; else those of the configuration. */
async function askedFiles(
  context: Context,
  { config, file }: OptionValues<typeof SCAN_OPTIONS>,
): Promise<ScanConfig[]> {
  const configured = await configuredScans(context, config, file !== undefined)
  if (file !== undefined) return [{ files: [file], allow: configured.flatMap(({ allow }) => allow) }]
  if (configured.length > 0) return configured
  throw new AssayError({
    code: 'USAGE',
    title: 'No file was named',
    problems: [
      {
        what: 'neither the command line nor `scan` in the configuration says which files the model is',
        fix: 'write `assay scan model.joblib`, or `scan: model.joblib` into assay.yml',
      },
    ],
  })
}

/** A file can be looked at in a folder without a configuration. */
async function configuredScans(context: Context, config: string, isNamed: boolean): Promise<ScanConfig[]> {
  try {
    const project = await readProject(context, { config })
    return Object.values(project.config.models).flatMap(({ scan }) => (scan ? [scan] : []))
  } catch (error) {
    if (isNamed && isAssayError(error, 'CONFIG_MISSING')) return []
    throw error
  }
}

function textOf({ path, size, sha256, format, verdict, lines, imports }: JudgedFile): string {
  const brings = imports > 0 ? `, brings in ${count(imports, 'name')}` : ''
  const head = `${MARKS[verdict]} ${visible(path)}: ${verdict}, ${format}, ${formatCount(size)} bytes${brings}, sha256 ${sha256.slice(0, 12)}…`
  return [head, ...lines.map(line => `    ${line}`)].join('\n')
}

function closing(judged: readonly JudgedFile[], bad: readonly JudgedFile[]): string {
  const files = judged.length === 1 ? 'The file' : `All ${judged.length} files`
  if (bad.length === 0) return `${files} can be loaded without running anything else.`
  const [first] = bad
  return `${bad.length} of ${judged.length} must not be loaded: ${visible(first!.path)}${bad.length > 1 ? ' and others' : ''}.`
}
