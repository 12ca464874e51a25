// Who counts: a person who opens the page or begins a download, not a program that fetches a preview or the next bytes.
// Pure, and only for counting: it lets nobody in and keeps nobody out.

/** The bots of messengers, not the browsers within them; Cubot makes phones. */
const programs =
  /(?<!\bcu)bot\b|crawl|spider|slurp|preview|externalhit|facebookcatalog|whatsapp\/|embed|fetch|monitor|uptime|curl|wget|python|java\/|go-http|okhttp|node|undici|axios|libwww|headless(?!chrome)/i

/** By its own word; what does not say what it is, is none. */
export const isPerson = (userAgent: string | null): boolean =>
  userAgent !== null && /^\S*mozilla\//i.test(userAgent) && !programs.test(userAgent)

/** The first bytes or all: what a player or a download asks for later goes on with what was begun. */
export const isBeginning = (range: string | null): boolean => range === null || /^bytes *= *0 *-/i.test(range.trim())
