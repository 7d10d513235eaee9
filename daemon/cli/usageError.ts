/** A command line that cannot be carried out: said on standard error with where to look, and nothing is done. */
export class UsageError extends Error {}
