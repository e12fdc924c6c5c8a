import { type LockedPackage, pypi } from './lock-files.ts'

/** Packages as they are installed: each has a folder `<name>-<version>.dist-info` beside it (PyPA, "Recording installed projects"). */

/** Whether a path is what a package says of itself. */
export function isMetadata(path: string): boolean {
  return METADATA.test(path)
}

/** The folder that a package is installed in, and the name of its own, by the path of its metadata. */
export function placeOf(path: string): { folder: string; info: string } {
  const [, folder = '.', info = ''] = METADATA.exec(path) ?? []
  return { folder, info }
}

/** The package by its own word (PyPA, "Core metadata specifications"); undefined where it does not say what it is. */
export function readMetadata(text: string): LockedPackage | undefined {
  const [head = ''] = text.split(/\r?\n\r?\n/)
  const name = /^Name: *([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?) *$/im.exec(head)?.[1]
  const version = /^Version: *([\w.!+-]+) *$/im.exec(head)?.[1]
  return name === undefined || version === undefined ? undefined : pypi(name, version)
}

// --- internal ---

const METADATA = /^(?:(.*)\/)?([^/]+)\.dist-info\/METADATA$/
