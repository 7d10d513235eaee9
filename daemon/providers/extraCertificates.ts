/** The certificates of a PEM file; or, in words, why there are none. One that cannot be read makes the file unusable. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'

export function readCertificates(
  path: string,
): { readonly certificates: readonly string[] } | { readonly problem: string } {
  const text = textOf(path)
  if ('problem' in text) return text
  const certificates = text.text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []
  if (certificates.length === 0) {
    return { problem: text.text.trim() === '' ? 'an empty file' : 'a file without a certificate' }
  }
  const broken = certificates.findIndex((pem) => !isCertificate(pem))
  return broken === -1 ? { certificates } : { problem: `a file whose certificate ${broken + 1} cannot be read` }
}

function textOf(path: string): { readonly text: string } | { readonly problem: string } {
  try {
    return { text: readFileSync(path, 'latin1') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an unknown error'
    return { problem: `${JSON.stringify(path)}, which ${reasons[code] ?? 'cannot be read'} (${code})` }
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'this user may not read',
  EISDIR: 'is a folder',
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined
  } catch {
    return false
  }
}
