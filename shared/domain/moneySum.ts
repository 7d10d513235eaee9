/** Adding money without mixing its kinds. Pure; amounts are integer nanodollars and stay safe integers ($9 million). */
import type { Money, MoneySum } from './money.ts'

export const noMoney: MoneySum = {
  measuredNanodollars: 0,
  estimatedNanodollars: 0,
  estimatedLowNanodollars: 0,
  estimatedHighNanodollars: 0,
  unknownCount: 0,
  practiceNanodollars: 0,
}

export function addMoney(sum: MoneySum, money: Money): MoneySum {
  switch (money.kind) {
    case 'measured':
      return { ...sum, measuredNanodollars: plus(sum.measuredNanodollars, money.nanodollars) }
    case 'estimated':
      return {
        ...sum,
        estimatedNanodollars: plus(sum.estimatedNanodollars, money.nanodollars),
        estimatedLowNanodollars: plus(sum.estimatedLowNanodollars, money.lowNanodollars),
        estimatedHighNanodollars: plus(sum.estimatedHighNanodollars, money.highNanodollars),
      }
    case 'unknown':
      return { ...sum, unknownCount: sum.unknownCount + 1 }
    case 'practice':
      return { ...sum, practiceNanodollars: plus(sum.practiceNanodollars, money.nanodollars) }
  }
}

export function addMoneySums(a: MoneySum, b: MoneySum): MoneySum {
  return {
    measuredNanodollars: plus(a.measuredNanodollars, b.measuredNanodollars),
    estimatedNanodollars: plus(a.estimatedNanodollars, b.estimatedNanodollars),
    estimatedLowNanodollars: plus(a.estimatedLowNanodollars, b.estimatedLowNanodollars),
    estimatedHighNanodollars: plus(a.estimatedHighNanodollars, b.estimatedHighNanodollars),
    unknownCount: plus(a.unknownCount, b.unknownCount),
    practiceNanodollars: plus(a.practiceNanodollars, b.practiceNanodollars),
  }
}

function plus(a: number, b: number): number {
  return Math.min(a + b, Number.MAX_SAFE_INTEGER)
}
