import * as z from 'zod'
import { MODEL_NAME } from '../../text/names.ts'
import { formatCount } from '../../text/numbers.ts'
import { referenceCounts } from './bins.ts'
import { Bins, CategoryName, Count, Edges, Feature, LONGEST_NAME, MOST_ROWS } from './feature.ts'

/**
 * What a release was accepted on, as frozen bins and counts: `model-profile.json`, which goes with its record. Live traffic is
 * counted in the same bins and held against it. No row can be read out of it: rare categories are pooled, edges are rounded.
 */

/** The name of the file in the output folder. */
export const PROFILE_FILE = 'model-profile.json'
/** The same packed by gzip, as a ConfigMap carries a large one. */
export const PACKED_PROFILE_FILE = 'model-profile.json.gz'
/** Names the release of the profile beside it, where no record does: in a ConfigMap. */
export const RELEASE_NAME_FILE = 'release'
/**
 * Its name beside the manifests of an environment, of the same bytes: JSON is YAML. Argo CD takes each `.json` of a plain folder for
 * a manifest and syncs nothing of it where one is none; a `.yaml` that is none, as the record, it leaves alone.
 */
export const RELEASED_PROFILE_FILE = 'model-profile.yaml'
/** That of the release that a canary tries, beside the same manifests. */
export const TRIED_PROFILE_FILE = 'model-canary-profile.yaml'
/** What a ConfigMap carries of a profile: its text, or beyond this many bytes the text packed, in base64. */
export const MOST_PLAIN_BYTES = 64 * 1024
/** As many as the columns of a wide table. */
export const MOST_FEATURES = 2000

/** What the positive class is called where nothing else is said. */
export const POSITIVE = '1'

/** Names that score and prediction go by where they are counted and weighed beside the features. */
export const SCORE = '__score__'
export const PREDICTION = '__prediction__'
const ANSWERS: ReadonlySet<string> = new Set([SCORE, PREDICTION])

const Score = z
  .strictObject({
    edges: Edges,
    means: z
      .array(z.number())
      .describe('The mean score of the rows in each bin; of an empty bin, the edge next to it.'),
    labels: z
      .record(CategoryName, z.array(Count))
      .describe('For each of the two labels of the truth its rows in each bin of the score.'),
    positive: CategoryName.optional().describe('The label of the positive class. Absent: `1`.'),
    threshold: z
      .number()
      .optional()
      .describe(
        'The score from which on the prediction is the positive class, where no column says what it is.',
      ),
  })
  .superRefine(({ edges, means, labels, positive = POSITIVE }, { addIssue }) => {
    const lists = [['means', means] as const, ...Object.entries(labels)]
    for (const [name, list] of lists)
      if (list.length !== edges.length + 1)
        addIssue({
          code: 'custom',
          path: name === 'means' ? ['means'] : ['labels', name],
          message: `the edges make ${edges.length + 1} bins, and there are ${list.length}`,
        })
    const names = Object.keys(labels)
    if (names.length !== 2 || !names.includes(positive))
      addIssue({
        code: 'custom',
        path: ['labels'],
        message: `there are two labels, one of which is \`${positive}\``,
      })
  })

export const ModelProfile = z
  .strictObject({
    version: z.literal(1),
    model: z.string().regex(MODEL_NAME),
    rows: z.int().positive().max(MOST_ROWS).describe('Rows of the data that the features were counted on.'),
    data: z.strictObject({ hash: z.string().regex(/^[0-9a-f]{64}$/) }).describe('sha256 of that data.'),
    features: z
      .array(Feature)
      .max(MOST_FEATURES)
      .describe('In the order of the columns that the model is given.'),
    score: Score.optional().describe('Of a binary classifier: the scores of the accepted evaluation.'),
    prediction: Bins.optional().describe('What was predicted in the accepted evaluation.'),
    accuracy: z
      .strictObject({ rows: Count, right: Count })
      .optional()
      .describe(
        'Rows of the accepted evaluation whose outcome is a class of `prediction`, and those of them that were predicted so.',
      ),
    importance: z
      .record(z.string().min(1).max(LONGEST_NAME), z.number().nonnegative())
      .optional()
      .describe(
        'How much each feature matters, by name; what is not named counts as their mean, 0 is never judged. Absent: all count alike.',
      ),
  })
  .superRefine(({ rows, features, score, prediction, accuracy, importance = {} }, { addIssue }) => {
    const names = new Set<string>()
    for (const [index, feature] of features.entries()) {
      if (names.has(feature.name))
        addIssue({
          code: 'custom',
          path: ['features', index, 'name'],
          message: 'another feature has this name',
        })
      names.add(feature.name)
      const counted = sum(referenceCounts(feature))
      if (counted !== rows)
        addIssue({
          code: 'custom',
          path: ['features', index],
          message: `its bins hold ${formatCount(counted)} rows, and the profile is of ${formatCount(rows)}`,
        })
    }
    const answers = prediction?.type === 'category' ? sum(referenceCounts(prediction)) : 0
    if (accuracy && !(accuracy.right <= accuracy.rows && accuracy.rows <= answers))
      addIssue({
        code: 'custom',
        path: ['accuracy'],
        message: `${formatCount(accuracy.right)} right of ${formatCount(accuracy.rows)} rows, and \`prediction\` counts ${formatCount(answers)} classes`,
      })
    const unknown = Object.keys(importance).findIndex(name => !names.has(name) && !ANSWERS.has(name))
    if (unknown >= 0)
      addIssue({
        code: 'custom',
        path: ['importance'],
        message: `name ${unknown + 1} is that of no feature`,
      })
    if (!score || !prediction) return
    const [scored, predicted] = [sum(Object.values(score.labels).flat()), sum(referenceCounts(prediction))]
    if (scored !== predicted)
      addIssue({
        code: 'custom',
        path: ['score', 'labels'],
        message: `they count ${formatCount(scored)} rows, and \`prediction\` counts ${formatCount(predicted)} of the same evaluation`,
      })
  })
export type ModelProfile = z.infer<typeof ModelProfile>

/**
 * All that is counted of live traffic, in the order of the columns: the features, then the score and the predicted class or number,
 * which shift like any feature.
 */
export function trafficFeatures({ features, score, prediction }: ModelProfile): Feature[] {
  const all = [...features]
  if (score) {
    const counts = score.means.map((_, bin) =>
      Object.values(score.labels).reduce((sum, label) => sum + label[bin]!, 0),
    )
    all.push({ name: SCORE, type: 'number', edges: score.edges, counts, missing: 0 })
  }
  if (prediction) all.push({ name: PREDICTION, ...prediction })
  return all
}

// --- internal ---

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0)
}

/** How much each feature matters, as the release says. Undefined: all alike. */
export function importanceIn({ importance }: ModelProfile): ReadonlyMap<string, number> | undefined {
  return importance && new Map(Object.entries(importance))
}
