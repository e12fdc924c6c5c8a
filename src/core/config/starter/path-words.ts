/** Paths of files as words of a command. */

/** Whether a path can stand in a command and in a glob, quoted at most: it has nothing that either would read otherwise. */
export function isNameable(path: string): boolean {
  return NAMEABLE.test(path)
}

/** A path as one word of a shell. */
export function inCommand(path: string): string {
  return ONE_WORD.test(path) ? path : `"${path}"`
}

/** What stands before a command that is run in a folder; nothing for the repository itself. */
export function fromFolder(folder: string): string {
  return folder === '' ? '' : `cd ${inCommand(folder)} && `
}

// --- internal ---

const NAMEABLE = /^[\p{L}\p{M}\p{N}_./ ,=@-]+$/u
const ONE_WORD = /^[\w./-]+$/
