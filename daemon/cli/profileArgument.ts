/** A profile named on the command line; throws a UsageError for what cannot be a name. */
import { type ProfileName, profileNameSchema } from '../../shared/domain/ids.ts'
import { UsageError } from './usageError.ts'

export function profileOf(name: string): ProfileName {
  const profile = profileNameSchema.safeParse(name)
  if (profile.success) return profile.data
  throw new UsageError(`expected a profile's name, 1 to 40 characters of a-z 0-9 -, found \`${name}\``)
}
