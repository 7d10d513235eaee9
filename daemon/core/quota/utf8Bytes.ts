/** Bytes of a text in UTF-8, without encoding it. A lone surrogate counts two; encoders write three for it. */
export function utf8Bytes(text: string): number {
  let bytes = text.length
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit < 0x80) continue
    // Two bytes to 0x7ff; three above. Each half of a surrogate pair counts two, four for the pair.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2
  }
  return bytes
}
