import * as z from 'zod'

/** A text of a form. `words` say which, also where something else stands there: a number without its unit. */
export function textOfForm(form: RegExp, words: string): z.ZodString {
  return z.string({ error: ({ input }) => (input === undefined ? undefined : words) }).regex(form, words)
}
