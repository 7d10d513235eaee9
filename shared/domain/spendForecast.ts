/** What will probably be spent until the end of a stretch of time, in integer nanodollars. */
import * as z from 'zod'

const nanodollarsSchema = z.number().int().nonnegative()

export const spendForecastSchema = z.discriminatedUnion('state', [
  z
    .object({
      state: z.literal('forecast'),
      /** In 8 of 10 cases it is between `low` and `high`. */
      likelyNanodollars: nanodollarsSchema,
      lowNanodollars: nanodollarsSchema,
      highNanodollars: nanodollarsSchema,
    })
    .readonly(),
  /** Fewer whole days are known than it needs. */
  z
    .object({ state: z.literal('not-enough-yet'), knownDays: z.number().int(), neededDays: z.number().int() })
    .readonly(),
])
export type SpendForecast = z.infer<typeof spendForecastSchema>

/** Of the whole window: what is spent already and what is to come. Days, weeks (Monday) and months are UTC. */
const windowForecastSchema = z
  .object({
    spentNanodollars: nanodollarsSchema,
    /** Unix milliseconds at which the window ends. */
    endsAtMs: z.number(),
    total: spendForecastSchema,
  })
  .readonly()

export const spendForecastsSchema = z
  .object({ day: windowForecastSchema, week: windowForecastSchema, month: windowForecastSchema })
  .readonly()
export type SpendForecasts = z.infer<typeof spendForecastsSchema>
