/**
 * Base64 as XML Schema has it: white space may stand anywhere, nothing else may. Padding must be whole and unused bits zero, so that a
 * value has one spelling only and nothing can be hidden in it; Buffer.from alone would skip junk in silence.
 */
export function strictBase64(text: string): Buffer | null {
  const packed = /[ \t\r\n]/.test(text) ? text.replace(/[ \t\r\n]+/g, '') : text;
  if (packed.length === 0 || packed.length % 4 !== 0) return null;
  const bytes = Buffer.from(packed, 'base64');
  return bytes.toString('base64') === packed ? bytes : null;
}
