import { execFileSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { describe, expect, it } from 'vitest'
import { installedPackages } from '../../../src/commands/model/installed.ts'
import { missing } from '../../support/tools.ts'

describe('installed packages', () => {
  it.skipIf(missing('python3', '-c', 'import sklearn'))(
    'are all that pip and Python see in a real environment',
    async () => {
      const script = `import sys, json, importlib.metadata as m
print(json.dumps([sys.prefix, [[d.metadata['Name'], d.version] for d in m.distributions() if d._path.parent.name == 'site-packages']]))`
      const [asked, known] = JSON.parse(execFileSync('python3', ['-I', '-c', script]).toString()) as [
        string,
        [string, string][],
      ]
      const prefix = realpathSync(asked)
      const places = await installedPackages(dirname(prefix), [])
      const there = places.filter(({ path }) => path.startsWith(`${basename(prefix)}/`))
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
