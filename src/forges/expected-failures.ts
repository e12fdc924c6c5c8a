import type { Refusal } from './forge.ts'
import { type ForgeErrorCode, inWords, isForgeError, withFix } from './forge-error.ts'

/** The answer, or undefined where the forge fails with one of the codes. */
export async function unless<T>(answer: Promise<T>, ...codes: ForgeErrorCode[]): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (isForgeError(error, ...codes)) return undefined
    throw error
  }
}

/** Where the token may not, the error says which permission to add. */
export async function advised<T>(answer: Promise<T>, advice: string): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw isForgeError(error, 'FORGE_FORBIDDEN') ? withFix(error, advice) : error
  }
}

/** The answer, or why the token may not. */
export async function orRefusal<T>(answer: Promise<T>, advice: string): Promise<T | Refusal> {
  try {
    return await answer
  } catch (error) {
    if (isForgeError(error, 'FORGE_FORBIDDEN', 'FORGE_NOT_FOUND'))
      return { refused: inWords(withFix(error, advice)) }
    throw error
  }
}
