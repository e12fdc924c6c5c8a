import * as z from 'zod'

/** A path inside the repository, as configurations name files and folders. */
export const RelativePath = z
  .string()
  .min(1)
  .max(1024)
  .refine(isInside, 'must be a relative path inside the repository, without `..`')
  .overwrite(tidyPath)

/** `./champion//` → `champion`: one spelling, since git and globs know only that one. */
export function tidyPath(path: string): string {
  return path
    .split('/')
    .filter(part => part !== '' && part !== '.')
    .join('/')
}

// --- internal ---

function isInside(path: string): boolean {
  if (/^([a-z]+:|[/\\~])/i.test(path) || path.includes('\0') || path.includes('\\')) return false
  return !path.split('/').includes('..') && tidyPath(path) !== ''
}
