/**
 * Limits of the wire. Messages are framed as in the Language Server Protocol: `Content-Length: N\r\n\r\n` and N bytes
 * of UTF-8 JSON. Beyond either limit the daemon closes that connection before anything is buffered.
 */
export const maxHeaderBytes = 4 * 1024
export const maxMessageBytes = 64 * 1024 * 1024
