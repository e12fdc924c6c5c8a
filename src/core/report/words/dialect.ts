/**
 * What differs between the Markdown of two forges, as data. A forge supplies one; the report never asks which forge it is.
 */
export interface ForgeDialect {
  name: string
  /** Most characters a comment body may have, with room to spare. */
  maxBody: number
  /** Whether `> [!WARNING]` renders as an alert box. */
  alerts: boolean
  /** Whether `<details>` folds. */
  details: boolean
  /** Whether a line that starts with `/` runs as a command of the forge. */
  quickActions: boolean
}

/** Markdown for a file or a viewer of which nothing is known: no folding, no alert boxes. */
export const PLAIN_DIALECT: ForgeDialect = {
  name: 'plain',
  maxBody: 1_000_000,
  alerts: false,
  details: false,
  quickActions: true,
}
