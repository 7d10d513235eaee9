/** Adding money without mixing its kinds. Pure, allocation only; amounts are integer nanodollars. */
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
      return { ...sum, measuredNanodollars: sum.measuredNanodollars + money.nanodollars }
    case 'estimated':
      return {
        ...sum,
        estimatedNanodollars: sum.estimatedNanodollars + money.nanodollars,
        estimatedLowNanodollars: sum.estimatedLowNanodollars + money.lowNanodollars,
        estimatedHighNanodollars: sum.estimatedHighNanodollars + money.highNanodollars,
      }
    case 'unknown':
      return { ...sum, unknownCount: sum.unknownCount + 1 }
    case 'practice':
      return { ...sum, practiceNanodollars: sum.practiceNanodollars + money.nanodollars }
  }
}

export function addMoneySums(a: MoneySum, b: MoneySum): MoneySum {
  return {
    measuredNanodollars: a.measuredNanodollars + b.measuredNanodollars,
    estimatedNanodollars: a.estimatedNanodollars + b.estimatedNanodollars,
    estimatedLowNanodollars: a.estimatedLowNanodollars + b.estimatedLowNanodollars,
    estimatedHighNanodollars: a.estimatedHighNanodollars + b.estimatedHighNanodollars,
    unknownCount: a.unknownCount + b.unknownCount,
    practiceNanodollars: a.practiceNanodollars + b.practiceNanodollars,
  }
}
