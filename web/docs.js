// Draws /openapi.json as a list of routes, grouped by what they are about.
// Never puts markup together from data.

void draw()

async function draw() {
  const document_ = await (await fetch('/openapi.json')).json()
  const groups = new Map()
  for (const [path, methods] of Object.entries(document_.paths))
    for (const [method, facts] of Object.entries(methods)) {
      const [tag = 'other'] = facts.tags ?? []
      groups.set(tag, [...(groups.get(tag) ?? []), { path, method, facts }])
    }
  const about = document.getElementById('about')
  about.prepend(`${document_.info.description} Version ${document_.info.version}. `)
  const routes = document.getElementById('routes')
  for (const [tag, members] of groups) routes.append(element('h2', tag), ...members.map((member) => drawRoute(member)))
  routes.removeAttribute('aria-busy')
}

function drawRoute({ path, method, facts }) {
  const details = document.createElement('details')
  const summary = document.createElement('summary')
  summary.append(element('span', method, 'method'), ` ${path}: ${facts.summary}`)
  details.append(summary, element('p', facts.description ?? '', 'quiet'))
  const parameters = (facts.parameters ?? []).map(({ name, in: place, required }) => `${name} (${place}${required ? '' : ', optional'})`)
  if (parameters.length > 0) details.append(element('p', `Parameters: ${parameters.join(', ')}`))
  const body = facts.requestBody?.content?.['application/json']?.schema
  if (body) details.append(element('p', 'Body:'), element('pre', JSON.stringify(body, null, 2)))
  for (const [status, answer] of Object.entries(facts.responses)) {
    details.append(element('p', `${status}: ${answer.description}`))
    const data = answer.content?.['application/json']?.schema?.properties?.data
    if (data) details.append(element('pre', JSON.stringify(data, null, 2)))
  }
  return details
}

function element(name, text, className) {
  const made = document.createElement(name)
  made.textContent = text
  if (className) made.className = className
  return made
}
