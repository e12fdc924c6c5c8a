import * as z from 'zod'
import { DURATION, whyNoWait } from '../text/duration.ts'
import { textOfForm } from '../text/text-of-form.ts'

/** Commands of `assay.yml`: what is run, and for how long. */

export const Seconds = textOfForm(DURATION, 'a duration such as `90s`, `45m` or `6h`').superRefine(
  (text, context) => {
    const wrong = DURATION.test(text) ? whyNoWait(text) : undefined
    if (wrong !== undefined) context.addIssue({ code: 'custom', message: `\`${text}\` ${wrong}` })
  },
)

export const Command = z
  .union([
    z.string().min(1),
    z.strictObject({
      run: z
        .string()
        .min(1)
        .describe(
          'The shell command. It runs in the folder that Assay runs in, also where `--config` names a file elsewhere.',
        ),
      timeout: Seconds.default('6h').describe(
        'The command is stopped after this long: SIGTERM, then SIGKILL.',
      ),
    }),
  ])
  .transform(command => (typeof command === 'string' ? { run: command, timeout: '6h' } : command))
