/**
 * The document of the panel's webview. Its policy lets in the two files that carry the nonce and nothing else: no inline
 * script or style, no image, no frame, no connection.
 */
export type PanelHtmlOptions = {
  /** Fresh for each document, at least 128 random bits in base64 or hexadecimal. */
  readonly nonce: string
  readonly scriptUri: string
  readonly styleUri: string
  /** Where it is shown: the page takes that surface's background. */
  readonly host: 'view' | 'editor'
}

export function panelHtml({ nonce, scriptUri, styleUri, host }: PanelHtmlOptions): string {
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeAttribute(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Waybill</title>
<link rel="stylesheet" nonce="${escapeAttribute(nonce)}" href="${escapeAttribute(styleUri)}">
</head>
<body data-host="${host}">
<div id="panel"></div>
<script nonce="${escapeAttribute(nonce)}" src="${escapeAttribute(scriptUri)}"></script>
</body>
</html>
`
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}
