import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { installedPackages } from '../../../src/commands/model/installed.ts'
import { testFolder } from '../../support/git-repository.ts'

const { folder, remove } = testFolder()
afterAll(remove)

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

const metadata = (name: string, version: string) =>
  `Metadata-Version: 2.4\nName: ${name}\nVersion: ${version}\n`

describe('installed packages', () => {
  it('are those of environments beside assay.yml and in what is packaged, and of no other folder', async () => {
    write('.venv/pyvenv.cfg', 'home = /usr/bin\n')
    write('.venv/lib/python3.12/site-packages/numpy-2.4.6.dist-info/METADATA', metadata('numpy', '2.4.6'))
    write('.venv/lib/python3.12/site-packages/odd-1.dist-info/METADATA', 'Name: odd\n')
    write('win/pyvenv.cfg', '')
    write('win/Lib/site-packages/flask-3.1.3.dist-info/METADATA', metadata('Flask', '3.1.3'))
    write('none/lib/python3.12/site-packages/left-1.dist-info/METADATA', metadata('left', '1'))
    write('serve/site/uvicorn-0.40.0.dist-info/METADATA', metadata('uvicorn', '0.40.0'))
    write('serve/other/left-2.dist-info/METADATA', metadata('left', '2'))
    write('elsewhere', metadata('left', '3'))
    const found = await installedPackages(folder, ['serve/**', '!serve/other/**'])

    expect(
      found.map(({ path, packages, unpinned }) => [
        path,
        packages.map(({ name, version }) => `${name} ${version}`),
        unpinned,
      ]),
    ).toEqual([
      ['.venv/lib/python3.12/site-packages', ['numpy 2.4.6'], ['odd-1']],
      ['serve/site', ['uvicorn 0.40.0'], []],
      ['win/Lib/site-packages', ['flask 3.1.3'], []],
    ])
  })

  it('are none of what a link brings in from outside of the repository', async () => {
    const site = 'linked/lib/python3.12/site-packages/secret-1.dist-info'
    write('linked/pyvenv.cfg', '')
    mkdirSync(join(folder, site), { recursive: true })
    const outside = testFolder()
    writeFileSync(join(outside.folder, 'METADATA'), metadata('secret', '1'))
    symlinkSync(join(outside.folder, 'METADATA'), join(folder, site, 'METADATA'))
    const found = await installedPackages(folder, [])
    outside.remove()

    expect(found.find(({ path }) => path.startsWith('linked/'))).toMatchObject({
      packages: [],
      unpinned: ['secret-1'],
    })
  })
})
