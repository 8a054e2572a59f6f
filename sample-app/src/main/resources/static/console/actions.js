// Sends the forms of the page without leaving it, and says what came of it.
export function sendForms(say) {
    document.addEventListener('submit', async event => {
        const form = event.target;
        if (form.method !== 'post') {
            return;
        }
        event.preventDefault();
        const action = event.submitter?.getAttribute('formaction') ?? form.getAttribute('action');
        say('…');
        try {
            const answer = await fetch(action, {
                method: 'POST',
                headers: { Accept: 'application/json' },
                body: new URLSearchParams(new FormData(form)),
            });
            const body = await answer.json();
            say(body.message ?? body.detail ?? 'The instance answered with status ' + answer.status + '.');
        } catch (failure) {
            say('The instance does not answer: ' + failure.message);
        }
    });
}
