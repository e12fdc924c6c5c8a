import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { missing } from '../support/tools.ts'

const LACKING = missing('shellcheck', '--version')

const scripts = ['.ci', 'scripts', 'examples', 'jenkins-shared-lib', 'test/e2e'].flatMap(folder =>
  readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter(entry => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map(entry => `${entry.parentPath}/${entry.name}`)
    .filter(path => path.endsWith('.sh') || /^#!.*\b(?:ba)?sh\n/.test(readFileSync(path, 'utf8'))),
)

describe.skipIf(LACKING)('the shell scripts', () => {
  it.each(scripts)('%s: shellcheck finds nothing', path => {
    // What Jenkins is handed as a text has no first line to name its shell: it is run by sh.
    const shell = readFileSync(path, 'utf8').startsWith('#!') ? [] : ['--shell=sh']
    const { stdout, status } = spawnSync('shellcheck', [...shell, '--format=gcc', path], { encoding: 'utf8' })

    expect(stdout).toBe('')
    expect(status).toBe(0)
  })

  it('are all there', () => {
    expect(scripts.sort()).toEqual(
      expect.arrayContaining([
        '.ci/run',
        'jenkins-shared-lib/resources/assay/verify.sh',
        'scripts/install-tools.sh',
      ]),
    )
  })
})
