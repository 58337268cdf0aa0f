/* passkey: a button that signs the decision of its form with a passkey. data-passkey-url answers a POST of the form with
   {challenge_id, options}; the passkey signs that, and the form is sent with `challenge` and `assertion` filled in. */

const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

function hidden(form, name, value) {
  // Not form.elements: the buttons of the form may have the same name.
  const input = form.querySelector(`input[type=hidden][name=${name}]`) ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
  input.value = value;
}

async function signed(options) {
  const credential = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: options.allowCredentials.map((allowed) => ({ ...allowed, id: bytes(allowed.id) })),
    },
  });
  const { clientDataJSON, authenticatorData, signature } = credential.response;
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: { clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature) },
  };
}

export function bind(button, tools) {
  const { form } = button;
  if (!window.PublicKeyCredential || !form) return undefined;
  button.hidden = false;

  async function sign() {
    button.disabled = true;
    try {
      const body = new FormData(form);
      body.set("verdict", button.dataset.passkeyVerdict);
      const answer = await tools.send(button.dataset.passkeyUrl, { body });
      const told = await answer.json().catch(() => ({}));
      if (!answer.ok) {
        const errors = Object.values(told.errors ?? {}).flat();
        tools.toast(errors.join(" ") || told.detail || tools.say("error_server"), "late");
        return;
      }
      const assertion = await signed(told.options);
      hidden(form, "verdict", button.dataset.passkeyVerdict);
      hidden(form, "challenge", told.challenge_id);
      hidden(form, "assertion", JSON.stringify(assertion));
      form.submit();
    } catch (failure) {
      const known = { NotAllowedError: "passkey_refused", SecurityError: "passkey_elsewhere", TypeError: "error_network" };
      tools.toast(tools.say(known[failure.name] ?? "passkey_failed"), "late");
    } finally {
      button.disabled = false;
    }
  }

  button.addEventListener("click", sign);
  return () => button.removeEventListener("click", sign);
}
