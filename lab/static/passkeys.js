/* Passkeys: the browser asks the device, and its answer travels in a hidden field of the form. */
(function () {
  "use strict";

  function bytes(text) {
    var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(raw, function (letter) { return letter.charCodeAt(0); });
  }

  function text(buffer) {
    var raw = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function readable(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    (options.excludeCredentials || options.allowCredentials || []).forEach(function (one) { one.id = bytes(one.id); });
    return options;
  }

  function told(made) {
    var answer = { clientDataJSON: text(made.response.clientDataJSON) };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (part) {
      if (made.response[part]) answer[part] = text(made.response[part]);
    });
    return { id: made.id, rawId: text(made.rawId), type: made.type, response: answer, clientExtensionResults: {} };
  }

  function ask(form) {
    var data = new FormData();
    data.append("csrf_token", form.querySelector("[name=csrf_token]").value);
    return fetch(form.dataset.options, { method: "POST", body: data, headers: { "HX-Request": "true" } })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (options) {
        var wanted = { publicKey: readable(options) };
        return form.dataset.passkey === "create" ? navigator.credentials.create(wanted) : navigator.credentials.get(wanted);
      });
  }

  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    var said = form.querySelector("[data-said]");
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      said.textContent = "";
      ask(form)
        .then(function (made) {
          form.querySelector("[data-credential]").value = JSON.stringify(told(made));
          form.submit();
        })
        .catch(function () { said.textContent = form.dataset.failed; });
    });
  });
})();
