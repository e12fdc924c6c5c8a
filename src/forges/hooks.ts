/** How what tells of a repository's events stands. */
export type HookState = { repository: string } & (
  | { kind: 'tells' }
  | { kind: 'none' }
  /** `of`: what it is set up in; `until` in milliseconds, absent: until somebody switches it on. */
  | { kind: 'off'; of: string; until?: number }
  /** It tells of something, and not of these. */
  | { kind: 'deaf'; of: string; to: string[] }
  /** The account may not see it. */
  | { kind: 'unknown' }
)
