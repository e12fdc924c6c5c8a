/** What became of an event. Each is counted under its name; a request and its answer are one event. */
export const EVENT_RESULTS = [
  /** Its rows are in the bins. */
  'counted',
  /** It has no row: somebody looks whether the model is there. */
  'empty',
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

/** What became of an outcome. */
export const OUTCOME_RESULTS = [
  /** In the bin of its score. */
  'counted',
  /** Kept until its prediction is old enough, and then in the bin. */
  'immature',
  /** Its prediction is longer ago than labels are waited for. */
  'late',
  /** It was told before. */
  'duplicate',
  /** Its receipt has no id: another prediction may have the same one, and a double would not be known. */
  'no_id',
  /** A label that the profile does not have. */
  'unknown_label',
  /** No score, or a bin that the profile does not have; of a model without a score, no prediction. */
  'mismatch',
] as const
export type OutcomeResult = (typeof OUTCOME_RESULTS)[number]

/** Outcomes of no release that has a profile. What no key here has signed is of none, whatever it says; what has a name and no label is of a canary alone. */
export const OUTCOME_STRAYS = ['unknown_model', 'no_profile', 'rejected', 'forged', 'unlabelled'] as const
export type OutcomeStray = (typeof OUTCOME_STRAYS)[number]

/** What says which prediction an outcome is of: a receipt, or whoever sends it. */
export const PROOFS = ['receipt', 'echo'] as const
export type Proof = (typeof PROOFS)[number]
