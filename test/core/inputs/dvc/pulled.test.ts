import { describe, expect, it } from 'vitest'
import { pulledData } from '../../../../src/core/inputs/dvc/pulled.ts'
import { remoteIn } from '../../../../src/core/inputs/dvc/remotes.ts'

const MD5 = '52c44044211c56e01c5932dd59a043f5'
const out = (path: string, md5 = MD5) => `- {path: ${JSON.stringify(path)}, md5: ${md5}, hash: md5}`
const FILES = [
  { path: 'data/a.csv.dvc', text: `outs:\n${out('a.csv')}\n` },
  { path: 'images.dvc', text: `outs:\n${out('images', `${MD5}.dir`)}\n` },
  {
    path: 'dvc.lock',
    text: `stages:\n  train@big: {outs: [{path: model.bin, md5: ${MD5}}, {path: metrics.json, md5: ${MD5}}]}\n`,
  },
  {
    path: 'sub/dvc.lock',
    text: `stages:\n  prepare: {outs: [{path: ../../outside, md5: ${MD5}}, {path: x, md5: ${MD5}}]}\n`,
  },
]

const pathsOf = (targets: true | string[]) => {
  const pulled = pulledData(FILES, targets, new Set(['metrics.json']))
  if (!('data' in pulled)) throw new Error('not read')
  return pulled.data.map(({ path, within }) => (within ? `${path}: ${within.join()}` : path))
}

describe('what dvc pull brings', () => {
  it('is all that git has not, and that lies inside of the repository', () => {
    expect(pathsOf(true)).toEqual(['data/a.csv', 'images', 'model.bin', 'sub/x'])
  })

  it.each<[string[], string[]]>([
    [['data/a.csv'], ['data/a.csv']],
    [['data/a.csv.dvc'], ['data/a.csv']],
    [['data'], ['data/a.csv']],
    [['images/b/c.png', 'images/d.png'], ['images: b/c.png,d.png']],
    [['train'], ['model.bin']],
    [['train@big'], ['model.bin']],
    [['dvc.yaml:train'], ['model.bin']],
    [['sub/dvc.yaml:prepare'], ['sub/x']],
    [['prepare'], []],
    [['dat'], []],
  ])('of %j is %j', (targets, paths) => {
    expect(pathsOf(targets)).toEqual(paths)
  })
})

describe('the remote of DVC', () => {
  const CONFIG = `[core]
    remote = store
['remote "store"']
    url = s3://key:word@bucket/x?sig=abc
['remote "disk"']
    url = ../../disk
`

  it('is the default one, told without its login', () => {
    expect(remoteIn([CONFIG])).toEqual({ name: 'store', address: 's3://bucket/x' })
  })

  it('is the one that is asked for, a folder where it is one', () => {
    expect(remoteIn([CONFIG], 'disk')).toEqual({ name: 'disk', address: '../../disk', folder: '../../disk' })
    expect(remoteIn([CONFIG], 'none')).toEqual({ name: 'none' })
  })

  it('is what the later file says', () => {
    const local = `['remote "store"']\n    url = /mnt/store\n`
    expect(remoteIn([CONFIG, local])).toEqual({ name: 'store', address: '/mnt/store', folder: '/mnt/store' })
    expect(remoteIn([''])).toBeUndefined()
  })
})
