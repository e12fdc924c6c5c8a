import type { Finding } from '../../ci/workflows/findings.ts'
import type { Config } from '../../core/config/config.ts'
import { packagingWay } from '../../core/config/package.ts'
import { folderOf, placeFiles, wantedGlobs } from '../../core/image/placed-files.ts'
import { widerThanScan } from '../../core/scan/packaged.ts'
import { filesBelow } from '../../services/files/matching-files.ts'

/** Globs of `package.files` that match nothing or more than is scanned, and files that would lie at one place. What training has yet to write is a warning. */
export async function packageFindings(folder: string, { models }: Config): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const [name, { package: packaging, train, scan }] of Object.entries(models)) {
    const way = packaging && packagingWay(packaging)
    if (way?.way !== 'build' || way.build.files.length === 0) continue
    const { files } = way.build
    const placed = placeFiles(files, await filesBelow(folder, wantedGlobs(files).map(folderOf)))
    const problems = [...placed.problems, ...(scan ? widerThanScan(files, placed.files, scan) : [])]
    const level = train ? 'warning' : 'problem'
    findings.push(...problems.map(({ what, fix }): Finding => ({ level, text: `${name}: ${what} (${fix})` })))
  }
  return findings
}
