/**
 * Text without what gives access: known secrets, and what has the form of a provider's key, token or private key. Each is
 * replaced as a whole. A known secret shorter than 4 characters is none: replacing it would make the text unreadable. Forms
 * are those that the services' own documents and key scanners state (read 2026-11-28); a secret of no known form stays.
 */
const replacement = '[secret]'
const shortestSecret = 4

const forms: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g,
  // OpenAI, Anthropic, OpenRouter, DeepSeek and others of that form.
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\b(?:gsk|xai|fw|nvapi|pplx|csk|hf|r8|tgp_v1)[_-][A-Za-z0-9_-]{16,}/g,
  /\b(?:gh[pousr]_|github_pat_|glpat-|npm_)[A-Za-z0-9_-]{16,}/g,
  /\bxox[a-z]-[A-Za-z0-9-]{10,}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g,
  /\bBearer +[A-Za-z0-9._~+/=-]{16,}/gi,
]

export function redact(text: string, secrets: readonly string[]): string {
  // The longest first: one that begins with another must not leave its end behind.
  const known = secrets.filter(({ length }) => length >= shortestSecret).toSorted((a, b) => b.length - a.length)
  const withoutKnown = known.reduce((left, secret) => left.replaceAll(secret, replacement), text)
  return forms.reduce((left, form) => left.replace(form, replacement), withoutKnown)
}
