import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '../../ci/workflows/findings.ts'
import { DOCKERFILE } from '../../core/config/build-way.ts'
import type { ModelConfig } from '../../core/config/config.ts'
import { trainingOf } from '../../core/config/dvc.ts'
import { type ImageBuild, packagingWay } from '../../core/config/package.ts'
import { type Problem, positionWords } from '../../core/errors/errors.ts'
import { folderOf, placeFiles, wantedGlobs } from '../../core/image/placed-files.ts'
import { packageProblems } from '../../core/release/package-problems.ts'
import { widerThanScan } from '../../core/scan/packaged.ts'
import { dayOf } from '../../core/text/instant-words.ts'
import { visible } from '../../core/text/visible-text.ts'
import type { WhereOf } from '../../core/yaml/config.ts'
import { filesBelow } from '../../services/files/matching-files.ts'
import type { Context } from '../command/context.ts'
import { secretProblems } from '../model/packaged-secrets.ts'
import type { Project } from '../project/project.ts'

/**
 * What keeps a model from being packaged, scanned or kept, each with its line: names that are none, globs that match nothing or more
 * than is scanned, files for one place, keys and logins among them, a Dockerfile that is not there. What training or DVC has yet to write is a warning.
 */
export async function packageFindings(
  { folder, now }: Pick<Context, 'folder' | 'now'>,
  { config, removed, whereOf }: Pick<Project, 'config' | 'removed' | 'whereOf'>,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [name, model] of Object.entries(config.models)) {
    if (removed.includes(name)) continue
    const at: WhereOf = path => whereOf(['models', name, ...path])
    const tell = (level: Finding['level'], problems: readonly Problem[]) =>
      findings.push(...problems.map(one => ({ level, text: inLine(name, one) })))
    const written = trainingOf(model) || model.dvc?.pull ? 'warning' : 'problem'
    tell('problem', packageProblems(name, model, at))
    const way = model.package && packagingWay(model.package)
    if (way?.way === 'build') {
      tell('problem', dockerfileProblems(folder, way.build, at))
      const placed = await filesPlaced(folder, way.build)
      tell(written, filesProblems(placed, way.build, model, at))
      tell('problem', (await secretProblems(folder, placed.files)).map(inFiles(at)))
    }
    tell(written, absentInScan(folder, model, at))
    tell('warning', [...endedInScan(model, dayOf(now()), at), ...keptNowhere(model, at)])
  }
  return findings
}

// --- internal ---

function inLine(model: string, { what, where, fix }: Problem): string {
  const position = positionWords(where)
  return `${position ? `${position}: ` : ''}${model}: ${what}${fix ? ` (${fix})` : ''}`
}

function dockerfileProblems(folder: string, { build, from }: ImageBuild, at: WhereOf): Problem[] {
  const file = from ?? (build === 'docker' ? DOCKERFILE : undefined)
  if (file === undefined || existsSync(join(folder, file))) return []
  return [
    {
      what: `there is no \`${visible(file)}\`, which the image would be built from`,
      where: at(['package', from === undefined ? 'build' : 'from']),
      fix: 'add it, or name another by `from`',
    },
  ]
}

async function filesPlaced(folder: string, { files }: ImageBuild): Promise<ReturnType<typeof placeFiles>> {
  return placeFiles(files, await filesBelow(folder, wantedGlobs(files).map(folderOf)))
}

function filesProblems(
  placed: ReturnType<typeof placeFiles>,
  { files }: ImageBuild,
  { scan }: ModelConfig,
  at: WhereOf,
): Problem[] {
  const wider = scan ? widerThanScan(files, placed.files, scan) : []
  return [...placed.problems, ...wider].map(inFiles(at))
}

function inFiles(at: WhereOf): (problem: Problem) => Problem {
  return problem => ({ ...problem, where: at(['package', 'files']) })
}

function absentInScan(folder: string, { scan }: ModelConfig, at: WhereOf): Problem[] {
  return (scan?.files ?? [])
    .filter(file => !existsSync(join(folder, file)))
    .map(file => ({
      what: `\`scan\`: there is no \`${visible(file)}\``,
      where: at(['scan', 'files']),
      fix: 'check the path, and that training writes it',
    }))
}

function endedInScan({ scan }: ModelConfig, today: string, at: WhereOf): Problem[] {
  return (scan?.allow ?? []).flatMap((one, index) => {
    if (one.until >= today) return []
    const name = visible('import' in one ? one.import : one.file)
    return [
      {
        what: `what lets \`${name}\` pass the scan ended on ${one.until}`,
        where: at(['scan', 'allow', index]),
        fix: 'look at it again and give it a later day, or remove it',
      },
    ]
  })
}

function keptNowhere({ baselines, deploy }: ModelConfig, at: WhereOf): Problem[] {
  if (!baselines || deploy) return []
  return [
    {
      what: '`baselines` keeps the rows of releases, and without `deploy` there is none',
      where: at(['baselines']),
      fix: 'name the deploy repository by `deploy`, or release with --deploy-repo',
    },
  ]
}
