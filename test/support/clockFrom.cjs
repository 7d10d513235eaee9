// Preloaded into a program (`NODE_OPTIONS=--require=...`): its wall clock begins at CLOCK_FROM_MS, in Unix milliseconds, and runs on.
const RealDate = Date
const offsetMs = Number(process.env.CLOCK_FROM_MS) - RealDate.now()

globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [RealDate.now() + offsetMs] : given))
  }

  static now() {
    return RealDate.now() + offsetMs
  }
}
