// The page of a share link that wants a password, or opens for so many people: sends what was entered, then shows the link itself.
// Never keeps the password.

const form = document.getElementById('unlock')
form?.addEventListener('submit', async (event) => {
  event.preventDefault()
  const button = form.querySelector('button')
  const message = document.getElementById('message')
  button.disabled = true
  try {
    const body = JSON.stringify(Object.fromEntries(new FormData(form)))
    const answer = await fetch(form.action, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
    if (answer.ok || answer.status === 404) return location.reload()
    message.textContent = (await answer.json()).message
  } catch {
    message.textContent = 'The box cannot be reached just now.'
  }
  button.disabled = false
  form.elements.password?.select()
})
