export const TITLE = 'Let the model see how the day is going'

export const BODY = `The champion knows the hour as one number and the distance. This adds:

- one weight for every hour of the day: flights after midnight are late because of the evening before,
- the share of late flights in the last day: everywhere, from this airport, to this airport.`

/** A push to the branch of the pull request. */
export interface Push {
  /** Time of the commit: fixed, so that its SHA is the same in every run. */
  date: string
  message: string
  /** What changes in params.json. */
  params: Record<string, unknown>
  /** File that the pull request is drawn to after this push. */
  page: string
  /** What the file shows, for the list at the end. */
  shows: string
  /** What happens, for the narration. */
  told: string
}

/** The first makes the model better, the second ruins what its scores mean, the third takes that back. */
export const PUSHES: Push[] = [
  {
    date: '2026-03-16T09:00:00Z',
    message: 'Hour of day and recent delays as features',
    params: { features: ['hour_of_day', 'distance', 'recent_delays'] },
    page: 'pull-request.html',
    shows: 'the pull request after the first push',
    told: 'Ada adds features to the model and opens a pull request',
  },
  {
    date: '2026-03-16T11:00:00Z',
    message: 'Find more late flights: count each of them three times',
    params: { late_weight: 3 },
    page: 'pull-request-second-push.html',
    shows: '… and after the second',
    told: 'A second push to the same pull request: Ada wants to find more of the late flights',
  },
  {
    date: '2026-03-16T12:00:00Z',
    message: 'Count late flights once again: the scores must keep their meaning',
    params: { late_weight: 1 },
    page: 'pull-request-third-push.html',
    shows: '… and after the third',
    told: 'A third push: Ada takes that back',
  },
]
