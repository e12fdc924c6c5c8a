import * as z from 'zod'
import { RelativePath } from '../text/relative-path.ts'
import { textOfForm } from '../text/text-of-form.ts'

/** Drift in `assay.yml`: how live traffic is held against what the model was accepted on. */

const SPAN = /^([1-9]\d{0,3})(m|h|d)$/
const Span = textOfForm(SPAN, 'a length of time such as `5m`, `1h` or `1d`')
const MINUTES = { m: 1, h: 60, d: 1440 }

export const Drift = z.strictObject({
  false_alarms: textOfForm(
    /^[1-9]\d{0,2}\/[1-9]\d{0,2}d$/,
    'a number of alarms in a number of days, such as `1/30d`',
  )
    .default('1/30d')
    .describe(
      'How many alarms may come by chance alone while nothing has changed: of one model, over all its features and however often it is looked at.',
    ),
  windows: z
    .strictObject({
      breakage: Span.optional().describe(
        'Rows in which what is broken is looked for first: live traffic alone, a file of rows is one window. Default: `1h`, or `shift` where that is shorter.',
      ),
      shift: Span.default('1d').describe(
        'Rows that are held against the profile. Whole days see each hour of the day alike; `7d` sees each weekday alike.',
      ),
      concept: Span.default('7d').describe('Outcomes that are held against the accepted evaluation.'),
    })
    .refine(({ breakage, shift }) => !isLonger(breakage, shift), {
      path: ['breakage'],
      message: 'is longer than `shift`: what is broken is looked for in the shorter of the two',
    })
    .transform(({ breakage, ...windows }) => ({
      breakage: breakage ?? (minutesOf(windows.shift) < minutesOf('1h') ? windows.shift : '1h'),
      ...windows,
    }))
    .prefault({}),
  quiet: Span.default('2h').describe(
    'How long no row may be counted before that is breakage (where `requests` says that there are some) or unknown.',
  ),
  requests: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe(
      'PromQL that is above 0 where the model got requests within `quiet`, counted by something else than the collector, such as the mesh or the server. `{model}`, `{environment}`, `{release}` and `{quiet}` are replaced.',
    ),
  volume: z
    .number()
    .gt(0)
    .max(1)
    .optional()
    .describe(
      'The least share of `requests` that must be counted as rows in the window of breakage, such as 0.5: fewer is breakage. It says that `requests` is a number of requests within `{quiet}`, as `increase` gives it, and no rate. Absent: how many rows come is not judged.',
    ),
  importance: RelativePath.optional().describe(
    'JSON, YAML or CSV file with a number for each feature, 0 or above: what matters more may alarm earlier, at the same budget. What has 0 is shown and never judged: an hour of the day, a serial number. `assay evaluate` writes it into the profile, so that it goes with the release. Without it all count alike.',
  ),
})
export type Drift = z.infer<typeof Drift>

/** What `false_alarms` promises. */
export interface AlarmBudget {
  alarms: number
  days: number
}

/** Of a text that is known to be a budget. */
export function alarmBudget(text: string): AlarmBudget {
  const [alarms, days] = text.slice(0, -1).split('/').map(Number)
  return { alarms: alarms!, days: days! }
}

/** Of a text that is known to be a span. */
export function minutesOf(span: string): number {
  const [, number, unit] = SPAN.exec(span)!
  return Number(number) * MINUTES[unit as keyof typeof MINUTES]
}

// --- internal ---

/** What is no span is told of by itself. */
function isLonger(one: string | undefined, other: string): boolean {
  return one !== undefined && SPAN.test(one) && SPAN.test(other) && minutesOf(one) > minutesOf(other)
}
