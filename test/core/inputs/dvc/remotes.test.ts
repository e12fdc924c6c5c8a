import { describe, expect, it } from 'vitest'
import { remotesFor } from '../../../../src/core/inputs/dvc/remotes.ts'

describe('the remotes of a repository of DVC, for another one', () => {
  it.each([
    ['url = ../store', 'url = "/work/.dvc/../store"'],
    ['    url = "a, b"', '    url = "/work/.dvc/a, b"'],
    ['keyfile=\'my "key".pem\'', 'keyfile=\'/work/.dvc/my "key".pem\''],
    [
      'gdrive_service_account_json_file_path = key.json',
      'gdrive_service_account_json_file_path = "/work/.dvc/key.json"',
    ],
    ['url = s3://bucket/x', 'url = s3://bucket/x'],
    ['url = remote://base/rows', 'url = remote://base/rows'],
    ['url = /mnt/store', 'url = /mnt/store'],
    ['keyfile = ~/.ssh/id', 'keyfile = ~/.ssh/id'],
    ['password = ../x', 'password = ../x'],
  ])('has paths that lead where they led: %s', (line, told) => {
    expect(remotesFor(`['remote "storage"']\r\n${line}\r\n`, '/work/.dvc')).toBe(
      `['remote "storage"']\n${told}\n\n`,
    )
  })

  it('is nothing else: no cache, no default', () => {
    const config =
      '[core]\n    remote = storage\n[\'remote "storage"\']\n    url = /a\n[cache]\n    dir = /b\n[remote "more"]\n    url = /c\n'

    expect(remotesFor(config, '/work/.dvc')).toBe(
      '[\'remote "storage"\']\n    url = /a\n[remote "more"]\n    url = /c\n\n',
    )
  })
})
