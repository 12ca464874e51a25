// What every answer of an old route carries: that it is old, and what took its place (RFC 9745, RFC 8288).
// Never a redirect: a caller that sends a body would lose it.

/** `path` as in the route table. */
export const successor = (path: string): Record<string, string> => ({
  deprecation: '@1777593600',
  link: `<${encodeURI(path)}>; rel="successor-version"`,
})
