/** What became of an event. Each is counted under its name; a request and its answer are one event. */
export const EVENT_RESULTS = [
  /** Its rows are in the bins. */
  'counted',
  /** A request whose answer did not come, or the other way round. */
  'unpaired',
  /** Another number of values than the profile has features, none of its names, or answers that do not fit their request. */
  'mismatch',
  /** Nothing that can be read. */
  'rejected',
  /** Its time is more than an hour ago, or more than five minutes ahead. */
  'late',
  /** Its id was counted already. */
  'duplicate',
  /** There was no room for it. */
  'dropped',
] as const
export type EventResult = (typeof EVENT_RESULTS)[number]

/** What is of no release that has a profile: counted without the name that the sender gave, which nobody has vouched for. */
export const STRAY_RESULTS = ['unknown_model', 'no_profile', 'rejected', 'dropped'] as const
export type StrayResult = (typeof STRAY_RESULTS)[number]

/** What vouches for an event: its token, or that it came from inside the network to the port for that. */
export const TRUSTS = ['token', 'network'] as const
export type Trust = (typeof TRUSTS)[number]
