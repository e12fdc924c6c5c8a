import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { changelogSection, releaseProblems } from './release-plan.ts'
import { ensureVersionTag, moveMajorTag } from './release-tags.ts'

/**
 * What .github/workflows/release.yml runs, in the repository that is checked out and on its remote `origin`:
 *
 * - `check`: whether this commit may be released; all reasons against it at once.
 * - `tag`: the tag of the version, made where it is not there; prints its name.
 * - `notes`: prints what the changelog says of the version.
 * - `major`: moves the tag that people follow, such as v0.
 *
 * Nothing but Node and git: the job that may write installs no packages.
 */
const STEPS: Record<string, () => string> = {
  check: () => {
    const problems = releaseProblems({
      version,
      sourceVersion: /VERSION = '([^']*)'/.exec(read('src/version.ts'))?.[1] ?? 'nothing',
      changelog,
      pushedTag: process.env.GITHUB_REF_TYPE === 'tag' ? process.env.GITHUB_REF_NAME : undefined,
      isOnMain: spawnSync('git', ['merge-base', '--is-ancestor', 'HEAD', 'origin/main']).status === 0,
    })
    if (problems.length > 0) throw new Error(problems.join('\n'))
    return `${version} may be released`
  },
  tag: () => ensureVersionTag(ORIGIN, version, head()),
  notes: () => changelogSection(changelog, version)?.text ?? '',
  major: () => moveMajorTag(ORIGIN, version, head()),
}

const ORIGIN = { folder: '.', remote: 'origin' }
const { version } = JSON.parse(read('package.json')) as { version: string }
const changelog = read('CHANGELOG.md')

const [name = ''] = process.argv.slice(2)
try {
  const step = Object.hasOwn(STEPS, name) ? STEPS[name] : undefined
  if (!step) throw new Error(`"${name}" is none of ${Object.keys(STEPS).join(', ')}`)
  console.info(step())
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

function head(): string {
  return execFileSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).trim()
}

function read(path: string): string {
  return readFileSync(path, 'utf8')
}
