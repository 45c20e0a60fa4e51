/** Where sign-in may send the browser: a path of this hub, never another site. */
export function ownPath(text: unknown): string | null {
  return typeof text === 'string' && text.length <= 500 && /^\/(?![/\\])[^\\\s]*$/.test(text) && !text.startsWith('/dang-') ? text : null;
}
