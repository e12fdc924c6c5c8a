import type { ReleaseRecord } from '../../../core/release/record.ts'
import type { Context } from '../../command/context.ts'
import { installLocked, otherPython } from './locked-packages.ts'
import { type TrainingImage, trainingImage } from './training-image.ts'

/** Of the options, which packages are asked for. */
export interface AskedPackages {
  'own-packages': boolean
  'in-image': string | undefined
}

/** What the commands of the commit find: where they run, and what of it is not as it was. */
export type Packages = { context: Context; remarks: string[]; image?: TrainingImage } | { gone: string }

/**
 * The packages that a release was made with: those of the image that is asked for, else of its lockfile, else of the image that
 * the record names, else this machine's.
 */
export async function packagesOf(
  context: Context,
  { trained_in: recorded }: ReleaseRecord,
  asked: AskedPackages,
): Promise<Packages> {
  if (asked['in-image'] !== undefined) return ofImage(context, asked['in-image'])
  if (asked['own-packages']) return { context, remarks: await otherPython(context) }
  const locked = await installLocked(context)
  if ('gone' in locked) return { gone: `the packages are gone: ${locked.gone}` }
  if ('context' in locked) {
    const not =
      recorded === undefined
        ? []
        : [`it was trained in ${recorded}, and here with the lockfile alone: --in-image takes the image`]
    return {
      context: locked.context,
      remarks: [...not, ...locked.remarks, ...(await otherPython(locked.context))],
    }
  }
  if (recorded !== undefined) return ofImage(context, recorded)
  const remarks = locked.not.map(why => `${why}: trained with the packages of this machine`)
  return { context, remarks: [...remarks, ...(await otherPython(context))] }
}

// --- internal ---

async function ofImage(context: Context, name: string): Promise<Packages> {
  const image = await trainingImage(context, name)
  return 'gone' in image ? { gone: `the image is gone: ${image.gone}` } : { context, remarks: [], image }
}
