import type { Problem } from '../errors/errors.ts'
import type { ImageBuild } from './package.ts'

/** What is there to build an image with. */
export interface BuildMeans {
  /** Of the Dockerfile that the configuration names, or of that of the usual name. */
  hasDockerfile: boolean
  /** A program that was found, in words; or why each that was looked for is none. */
  builder: { title: string } | { missing: readonly string[] }
}

export const DOCKERFILE = 'Dockerfile'

/** Whether it matters which program is there. */
export function needsBuilder({ build }: ImageBuild, hasDockerfile: boolean): boolean {
  return build !== 'oci' && hasDockerfile
}

/** How an image is made, with the reason in words; or what is wrong. */
export function wayOfBuild(
  { build, from, files }: ImageBuild,
  { hasDockerfile, builder }: BuildMeans,
): { way: 'docker' | 'oci'; why: string } | { problem: Problem } {
  const file = from ?? DOCKERFILE
  if (build === 'oci') return { way: 'oci', why: 'made by Assay itself, as the configuration says' }
  if (!hasDockerfile && (build === 'docker' || from !== undefined))
    return {
      problem: {
        what: 'there is no such Dockerfile',
        where: { file },
        fix: 'write its path, from the folder of the repository, as `package.from`',
      },
    }
  if (hasDockerfile && 'title' in builder)
    return { way: 'docker', why: `built from ${file} by ${builder.title}` }
  const lacking =
    'missing' in builder && hasDockerfile
      ? `nothing here builds ${file}: ${builder.missing.join('; ')}`
      : `there is no ${DOCKERFILE}`
  if (build === 'docker')
    return { problem: { what: lacking, fix: 'install one of them, or write `build: oci` and `files`' } }
  if (files.length > 0) return { way: 'oci', why: `made by Assay itself: ${lacking}` }
  return {
    problem: {
      what: `${lacking}, and \`package.files\` names nothing that an image could be made of without`,
      fix: 'add `files`, such as `files: [model/**]`, or install a builder',
    },
  }
}
