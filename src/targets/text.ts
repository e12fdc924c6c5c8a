import * as z from 'zod'
import { imageName } from '../core/release/image-reference.ts'
import { fillTemplate, Template } from './parts/fields.ts'
import { ensureOwnImage, Registries } from './parts/image.ts'
import { TextPath } from './parts/manifest-path.ts'
import { knownRelease, manifestIn, type ReleaseForTarget, refusal, type Target } from './target.ts'

const Options = z.strictObject({
  file: TextPath.describe("The file, relative to the environment's folder: `VERSION`, `image.txt`."),
  value: Template.default('{image.tag}').describe(
    'What the file holds: text with `{version}`, `{image}`, `{image.tag}`, `{image.digest}`, `{uri}` and so on.',
  ),
  registries: Registries,
})

/** A file that holds one value and nothing else. */
export const text: Target = {
  name: 'text',
  schema: Options,
  needs: given => [Options.parse(given).file],
  edit: (files, release, given) => edited(files, release, Options.parse(given)),
  wanted(files, release, given) {
    const registries = release.image ? [release.image.name] : []
    return edited(files, release, { ...Options.parse(given), registries })
  },
}

// --- internal ---

function edited(
  files: ReadonlyMap<string, string>,
  given: ReleaseForTarget,
  { file, value, registries }: z.infer<typeof Options>,
): Map<string, string> {
  const manifest = manifestIn(files, file)
  const release = knownRelease(given)
  const [, before = '', now = '', after = ''] = ONE_VALUE.exec(manifest.text) ?? []
  if (`${before}${now}${after}` !== manifest.text)
    throw refusal({
      what: 'the file holds more than one line',
      where: { file },
      fix: 'write into YAML or JSON with the target `yaml`',
    })
  const wanted = fillTemplate(manifest, value, release)
  if (!LINE.test(wanted))
    throw refusal({
      what: 'the release would bring more than one line',
      where: { file },
      fix: 'write another part of the release',
    })
  if (release.image && now !== '' && value.includes('{image}')) {
    const at = value.indexOf('{image}')
    const name = imageName(now.startsWith(value.slice(0, at)) ? now.slice(at) : now)
    ensureOwnImage(manifest, release.image, { path: [], name }, registries)
  }
  return now === wanted ? new Map() : new Map([[file, `${before}${wanted}${after}`]])
}

const LINE = /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u

/** What stands before and after a line stays: byte order mark, blank lines, the end of the file. */
const ONE_VALUE = /^(\ufeff?\s*)([^\s](?:[^\r\n]*[^\s])?)?(\s*)$/
