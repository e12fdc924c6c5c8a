import { readdirSync } from 'node:fs'
import { RELEASED } from '../../src/core/config/released.ts'

/** Every text that shows how to use Assay in a CI. */
export function pinnedTexts(): string[] {
  const inside = (folder: string, ending: RegExp) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(name => ending.test(name) && !name.includes('node_modules'))
      .map(name => `${folder}/${name}`)
      .sort()
  return [
    'README.md',
    'demo/workflows.ts',
    'gitlab-component/README.md',
    ...inside('docs', /\.md$/),
    ...inside('examples', /(?:\.github\/workflows\/[^/]+\.ya?ml|\.md)$/),
  ]
}

/** The text with every use of Assay at the released commit, and the tag for people beside it. */
export function pinned(text: string): string {
  const { commit, tag } = RELEASED
  return text
    .replaceAll(/\b(uses: assay-ml\/assay)@[\w.]+(?: # v[\w.]+)?/g, `$1@${commit} # ${tag}`)
    .replaceAll(/(githubusercontent\.com\/assay-ml\/assay)\/[\w.]+\/(?=gitlab-component\/)/g, `$1/${commit}/`)
    .replaceAll(/(assay-version:) '?(?:v\d+|[0-9a-f]{40})'?(?: +# v[\w.]+)?/g, `$1 '${commit}' # ${tag}`)
    .replaceAll(/(library identifier: 'assay)@[\w.]+'/g, `$1@${commit}'`)
}
