import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { readProjectConfig } from '../../../src/commands/project/project-config.ts'
import type { AssayError } from '../../../src/core/errors/errors.ts'

const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true })
})

const INIT = 'run `assay init`: it writes one that works'

it.each([
  ['nothing', [], 'assay.yml', INIT],
  [
    'the other ending',
    ['assay.yaml'],
    'assay.yml',
    '`assay.yaml` is there: rename it to `assay.yml`, or name it with `--config assay.yaml`',
  ],
  [
    'the other ending of what --config names',
    ['ci/churn.yaml', 'assay.yml'],
    'ci/churn.yml',
    '`ci/churn.yaml` is there: rename it to `ci/churn.yml`, or name it with `--config ci/churn.yaml`',
  ],
  ['another name', ['ci/churn.yml'], 'ci/chrun.yml', 'did you mean `ci/churn.yml`?'],
  ['the usual one', ['assay.yml'], 'nope/x.yml', '`assay.yml` is there: correct `--config`, or leave it out'],
  [
    'none',
    ['README.md'],
    'nope/x.yml',
    'correct `--config`; `assay init` writes a configuration as `assay.yml`',
  ],
  [
    'one above',
    ['../../assay.yml'],
    'assay.yml',
    '`../../assay.yml` is there: run Assay in the folder of that file',
  ],
  ['one above the repository', ['../.git/HEAD', '../../assay.yml'], 'assay.yml', INIT],
])(
  'a configuration that is not there, where %s is: the message says what to do',
  async (_, there, file, fix) => {
    const top = mkdtempSync(join(tmpdir(), 'assay-'))
    made.push(top)
    const folder = join(top, 'models/churn')
    mkdirSync(folder, { recursive: true })
    for (const path of ['../../.git/HEAD', ...there]) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), '')
    }

    const error = await readProjectConfig(folder, file, {}).catch((error: AssayError) => error)

    expect(error).toMatchObject({ code: 'CONFIG_MISSING', problems: [{ where: { file }, fix }] })
  },
)
