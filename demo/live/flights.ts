import { pathToFileURL } from 'node:url'
import { mulberry32 } from '../../src/core/statistics/random.ts'
import type { ModelRepo } from '../model-repo.ts'

/** What a server of the model is asked. */
export interface Flight {
  hour: number
  weekday: number
  distance: number
  origin: string
  destination: string
}

/** Of the flights of March, which no model has learned from, one after the other. */
export interface Season {
  next(): Flight
}

/** A seed for all, so that the same flights come in every run. */
const SEED = 2001
/** Airports that are snowed in. */
export const NORTH = ['ORD', 'DTW', 'MSP', 'DEN', 'EWR', 'LGA', 'JFK', 'BOS', 'PIT', 'PHL', 'CLE', 'BWI']
/** One of so many flights from or to them is flown. */
export const FLOWN = 10
/** Hours that all the others leave later. */
export const LATER = 3

/** March as it was, and as it would be with a winter in it: the data has none, so it is made of the same flights. */
export async function seasons({ folder }: ModelRepo): Promise<{ usual: Season; winter: Season }> {
  const example = await import(pathToFileURL(`${folder}/flights.mjs`).href)
  const march: Flight[] = example
    .readFlights(`${folder}/data/flights-20k.json`)
    .filter(example.isTest)
    .map(({ hour, weekday, distance, origin, destination }: Flight) => ({
      hour,
      weekday,
      distance,
      origin,
      destination,
    }))
  const random = mulberry32(SEED)
  const drawn = () => march[Math.floor(random() * march.length)]!
  const winter = (): Flight => {
    for (;;) {
      const flight = drawn()
      const isNorth = NORTH.includes(flight.origin) || NORTH.includes(flight.destination)
      if (isNorth && random() * FLOWN >= 1) continue
      return { ...flight, hour: Math.min(flight.hour + LATER, 23) }
    }
  }
  return { usual: { next: drawn }, winter: { next: winter } }
}
