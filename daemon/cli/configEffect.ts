/** Says what a problem of the configuration does, as `status` and `doctor` say it. */
import type * as z from 'zod'
import type { ConfigProblem, status } from '../../shared/protocol/status.ts'

type InForce = Pick<z.infer<(typeof status)['result']>, 'configInForce'>

export function configEffectText({ effect }: ConfigProblem, { configInForce }: InForce): string {
  switch (effect) {
    case 'refused':
      return configInForce === 'last-good'
        ? 'the last good configuration is in force'
        : 'no earlier one is known, so the built-in defaults are in force'
    case 'leads-nowhere':
      return 'that name is left out, the rest of the file is in force'
    case 'ignored':
      return 'nobody reads that field, the rest of the file is in force'
  }
}
