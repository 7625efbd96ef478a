/* What the page does beyond links and forms: focus, saving, the session, leaving. Nothing here is needed to get the work done. */
(function () {
  "use strict";
  var status = document.getElementById("status");
  var dirty = new Set();
  var typed = new Set();
  var leaving = false;

  function say(text) {
    if (status) status.textContent = text;
  }

  /* Errors first: after a failed form, and after a swap that brings one. */
  function focusIn(root) {
    var target = root.querySelector("[data-focus]");
    if (!target) return;
    if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
    target.focus();
  }
  focusIn(document);
  document.addEventListener("htmx:afterSettle", function (event) {
    var target = event.detail.elt || event.target;
    if (target.matches && target.matches("[data-focus]")) target.focus();
    else if (target.querySelector) focusIn(target);
  });

  /* Busy targets, slow answers, answers that never came. */
  var timers = new WeakMap();
  document.addEventListener("htmx:beforeRequest", function (event) {
    var target = event.detail.target;
    target.setAttribute("aria-busy", "true");
    timers.set(target, [
      setTimeout(function () { say(status.dataset.working); }, 10000),
      setTimeout(function () { say(status.dataset.failed); }, 30000)
    ]);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    var target = event.detail.target;
    target.removeAttribute("aria-busy");
    (timers.get(target) || []).forEach(clearTimeout);
  });

  /* Saving while typing: the line says when; a failure stays, with a way to try again. */
  var lastSpoken = 0;
  document.addEventListener("htmx:afterRequest", function (event) {
    var line = event.detail.elt;
    if (!line.matches("[data-saved]")) {
      if (!event.detail.successful && event.detail.xhr && event.detail.xhr.status === 0) say(status.dataset.failed);
      return;
    }
    var form = line.closest("form");
    line.classList.toggle("failed", !event.detail.successful);
    if (event.detail.successful) {
      if (form) [dirty, typed].forEach(function (some) { some.delete(form); });
      if (Date.now() - lastSpoken > 60000) {
        lastSpoken = Date.now();
        say(line.textContent.trim());
      }
      return;
    }
    var again = document.createElement("button");
    again.type = "button";
    again.className = "button quiet small";
    again.textContent = status.dataset.retry;
    again.addEventListener("click", function () { window.htmx.trigger(line, "retry"); });
    line.replaceChildren(document.createTextNode(line.dataset.failed + " "), again);
    say(line.dataset.failed);
  });

  /* Text that was typed and not sent is never lost without a question. */
  document.addEventListener("input", function (event) {
    var form = event.target.closest("form");
    if (form && form.method === "post") typed.add(form);
    if (form && form.matches("[data-guard]")) dirty.add(form);
  });
  document.addEventListener("submit", function (event) {
    dirty.delete(event.target);
    if (event.defaultPrevented) return;
    var form = event.target;
    if (form.dataset.sent === "yes") {
      event.preventDefault();
      return;
    }
    if (form.method !== "post" || form.hasAttribute("hx-post")) return;
    form.dataset.sent = "yes";
    if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
    setTimeout(function () { release(form); }, 8000);
  });
  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach(function (one) { one.removeAttribute("aria-disabled"); });
  }
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(release);
  });
  window.addEventListener("beforeunload", function (event) {
    var open = Array.from(dirty).some(function (form) { return form.isConnected; });
    if (open && !leaving) event.preventDefault();
  });

  /* Word guides: "12 words", spoken only in a pause. */
  document.querySelectorAll("[data-counts]").forEach(function (line) {
    var input = document.getElementById(line.dataset.counts);
    if (!input) return;
    function count() {
      var words = input.value.trim() ? input.value.trim().split(/\s+/).length : 0;
      line.textContent = line.dataset.text.replace("{n}", String(words));
    }
    input.addEventListener("input", count);
    count();
    line.hidden = false;
  });

  /* Leave at once: the page is empty before the next one arrives. */
  function leave(exit) {
    leaving = true;
    document.title = " ";
    document.body.replaceChildren();
    window.location.replace(exit.href);
  }
  document.addEventListener("click", function (event) {
    var exit = event.target.closest("[data-exit]");
    if (!exit) return;
    event.preventDefault();
    leave(exit);
  });
  /* Shift pressed three times, alone and without a long pause, leaves from wherever the hands are. */
  var shifts = 0;
  var lastShift = 0;
  document.addEventListener("keydown", function (event) {
    var exit = document.querySelector("[data-exit]");
    if (!exit || event.repeat) return;
    shifts = event.key !== "Shift" ? 0 : Date.now() - lastShift < 5000 ? shifts + 1 : 1;
    lastShift = Date.now();
    if (shifts === 3) leave(exit);
  });

  /* A choice that is drawn twice, for wide and for narrow screens, is shown where it can be seen. */
  var narrow = window.matchMedia("(max-width: 59.99rem)");
  function showChoice() {
    document.querySelectorAll("[data-twin]:checked").forEach(function (one) {
      var twin = document.getElementById(one.dataset.twin);
      if (one.offsetParent === null && twin) twin.checked = true;
    });
  }
  narrow.addEventListener("change", showChoice);
  document.addEventListener("htmx:afterSettle", showChoice);
  showChoice();

  /* Things that only work with a script show themselves now. */
  document.querySelectorAll("[data-script]").forEach(function (one) { one.hidden = false; });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
    var copy = event.target.closest("[data-copy]");
    if (copy && navigator.clipboard) {
      navigator.clipboard.writeText(copy.dataset.copy).then(function () { say(copy.dataset.copied); });
    }
  });

  /* A warning two and a half minutes before the session ends; one key keeps it. */
  var session = document.getElementById("session");
  var clock;
  function watch() {
    clearTimeout(clock);
    var left = Number(session.dataset.seconds) * 1000;
    clock = setTimeout(function () {
      session.showModal();
      clock = setTimeout(function () {
        leaving = true;
        keep().then(function (next) { window.location.assign(next); });
      }, Math.min(left, 150000));
    }, Math.max(left - 150000, 0));
  }
  /* What stands in a form and was not sent is kept on the way out. */
  function keep() {
    var out = session.dataset.out;
    var form = Array.from(typed).find(function (one) { return one.isConnected; });
    if (!form) return Promise.resolve(out);
    var place = new URLSearchParams({
      action: new URL(form.action).pathname + new URL(form.action).search,
      page: window.location.pathname + window.location.search
    });
    return fetch(session.dataset.keep + "?" + place, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } })
      .then(function (answer) { return answer.headers.get("HX-Redirect") || out; })
      .catch(function () { return out; });
  }
  if (session) {
    watch();
    session.querySelector("form").addEventListener("submit", function (event) {
      event.preventDefault();
      var form = event.target;
      fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } })
        .then(function (answer) {
          if (!answer.ok) throw new Error(String(answer.status));
          session.close();
          watch();
        })
        .catch(function () { form.submit(); });
    });
    session.addEventListener("cancel", function (event) {
      event.preventDefault();
      session.querySelector("form").requestSubmit();
    });
  }
})();
