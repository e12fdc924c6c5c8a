/**
 * What the unweighted mean over classes is called of a metric that is a share of the positive class of two: it is another
 * quantity. Apart from the table, since whoever reads a result asks for the names and computes nothing.
 */
export const MACRO_NAMES = { precision: 'precision_macro', recall: 'recall_macro', f1: 'f1_macro' } as const

/** What the mean over classes is called of which the metric of this name is the share of the positive one; else undefined. */
export function macroNameOf(name: string): string | undefined {
  return Object.hasOwn(MACRO_NAMES, name) ? MACRO_NAMES[name as keyof typeof MACRO_NAMES] : undefined
}
