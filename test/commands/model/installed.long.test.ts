import { execFileSync } from 'node:child_process'
import { cpSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { installedPackages } from '../../../src/commands/model/installed.ts'
import { testFolder } from '../../support/git-repository.ts'
import { missing } from '../../support/tools.ts'

const { folder, remove } = testFolder()
afterAll(remove)

describe('installed packages', () => {
  it.skipIf(missing('python3', '-c', 'import sklearn'))(
    'are all that pip and Python see in a real environment',
    async () => {
      const script = `import json, importlib.metadata as m
all = [d for d in m.distributions() if d._path.parent.name == 'site-packages']
print(json.dumps([str(all[0]._path.parent), [[d.metadata['Name'], d.version] for d in all]]))`
      const [site, known] = JSON.parse(execFileSync('python3', ['-I', '-c', script]).toString()) as [
        string,
        [string, string][],
      ]
      // As it is but for the code, of which there is a gigabyte.
      const copy = join(folder, 'python/lib', basename(dirname(site)), 'site-packages')
      for (const name of readdirSync(site).filter(one => one.endsWith('-info')))
        cpSync(join(site, name), join(copy, name), { recursive: true })
      writeFileSync(join(folder, 'python/pyvenv.cfg'), '')
      const there = await installedPackages(folder, [])
      const wanted = known.map(
        ([name, version]) => `${name.toLowerCase().replace(/[-_.]+/g, '-')} ${version}`,
      )

      expect(wanted.length).toBeGreaterThan(20)
      expect(there.flatMap(one => one.unpinned)).toEqual([])
      expect(
        there.flatMap(one => one.packages.map(({ name, version }) => `${name} ${version}`)).sort(),
      ).toEqual(wanted.sort())
    },
  )
})
