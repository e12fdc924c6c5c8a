import { execFileSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'

/**
 * `npm run pin [commit or tag]`, default HEAD: the commit that shipped texts name from now on. Its bundles must be built and
 * committed. Afterwards build and commit: the bundles hold the commit too.
 */
const [asked = 'HEAD'] = process.argv.slice(2)
const git = (...parameters: string[]) => execFileSync('git', parameters, { encoding: 'utf8' }).trim()
const commit = git('rev-parse', '--verify', '--end-of-options', `${asked}^{commit}`)
git('cat-file', '-e', `${commit}:dist/action.js`)
const path = 'src/core/config/released.ts'
const text = await readFile(path, 'utf8')
await writeFile(path, text.replace(/commit: '[0-9a-f]{40}'/, `commit: '${commit}'`))
execFileSync(process.execPath, ['scripts/generate.ts'], { stdio: 'inherit' })
console.info(`Everything shipped names ${commit} now. Go on with: npm run build, then commit.`)
