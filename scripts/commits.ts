import { execFileSync } from 'node:child_process'
import { commitProblems, LOG_FORMAT, parseLog } from './commit-rules.ts'

/**
 * `node scripts/commits.ts [range]`: whether the messages of new commits are as CONTRIBUTING.md asks. In CI the commits are
 * those of the pull request: what is checked out there is its merge, with the base as first parent.
 */
const [range = 'origin/main..HEAD'] = process.argv.slice(2)
const log = execFileSync(
  'git',
  ['log', '--no-merges', `--format=${LOG_FORMAT}`, '--end-of-options', range, '--'],
  { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
)
const problems = parseLog(log).flatMap(commitProblems)
for (const problem of problems) console.error(problem)
if (problems.length > 0) process.exitCode = 1
