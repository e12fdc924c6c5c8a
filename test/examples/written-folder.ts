import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A folder of its own with files in it. */
export function writtenFolder(parent: string, files: Readonly<Record<string, string>>): string {
  const at = mkdtempSync(join(parent, 'written-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(at, dirname(path)), { recursive: true })
    writeFileSync(join(at, path), text)
  }
  return at
}
