// The Desk keeps itself current, sends without leaving the page, and shows one channel or inbox at a time.
(() => {
  const dress = (root) => {
    root.querySelectorAll("time[data-at], time[data-iso]").forEach((time) => {
      const at = time.dataset.iso ? new Date(time.dataset.iso) : new Date(parseFloat(time.dataset.at) * 1000);
      const today = at.toDateString() === new Date().toDateString();
      time.dateTime = at.toISOString();
      time.title = at.toLocaleString();
      time.textContent = "exact" in time.dataset
        ? at.toLocaleString([], { dateStyle: "medium", timeStyle: "medium" })
        : at.toLocaleString([], today ? { hour: "numeric", minute: "2-digit" } : { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
    });
  };

  let place = JSON.parse(localStorage.getItem("desk-place") || "null");
  const mark = () => document.querySelectorAll(".place-list [data-place]").forEach((button) =>
    button.setAttribute("aria-pressed", String(!!place && button.dataset.place === place.kind && button.dataset.address === place.address)));

  const refresh = async (live) => {
    const headers = live.dataset.etag ? { "If-None-Match": live.dataset.etag } : {};
    let answer;
    try { answer = await fetch(live.dataset.live, { headers, cache: "no-store" }); } catch { return; }
    if (answer.status !== 200) return;
    const focused = live.contains(document.activeElement) ? document.activeElement.id : "";
    live.innerHTML = await answer.text();
    live.dataset.etag = answer.headers.get("ETag");
    dress(live);
    mark();
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  };
  const refreshAll = () => document.querySelectorAll("[data-live]").forEach(refresh);

  const slack = document.querySelector(".slack.panel"), mail = document.querySelector(".mail.panel");
  const show = (kind, address, ref) => {
    place = { kind, address };
    localStorage.setItem("desk-place", JSON.stringify(place));
    mark();
    if (slack) slack.hidden = kind !== "slack";
    mail.hidden = kind !== "inbox";
    if (kind === "slack" && slack) {
      slack.dataset.messages = `/slack/channels/${encodeURIComponent(address)}/messages`;
      slack.dispatchEvent(new CustomEvent("slack:show", { bubbles: true }));
      if (ref) setTimeout(() => document.getElementById(`m${ref}`)?.scrollIntoView({ block: "center" }), 400);
    }
    if (kind === "inbox") {
      const list = mail.querySelector("[data-list]");
      list.dataset.list = `/mail/inboxes/${encodeURIComponent(address)}/list`;
      list.dispatchEvent(new CustomEvent("mail:show", { bubbles: true }));
    }
  };

  const form = document.querySelector("form[data-send]");
  const said = form.querySelector(".said");
  const way = () => form.querySelector("[name=way]:checked").value;
  const shape = () => { form.querySelector("[data-subject]").hidden = way() === "chat"; form.action = `/send/${way()}`; };
  form.addEventListener("change", shape);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.className = "said";
    said.textContent = "Sending …";
    try {
      const answer = await (await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } })).json();
      said.textContent = answer.ok ? `On its way: ${answer.ticket_id}` : answer.problem;
      said.classList.add(answer.ok ? "good" : "bad");
    } catch (error) { said.textContent = `That did not work: ${error.message}`; said.classList.add("bad"); }
    refreshAll();
  });

  const dialog = document.querySelector(".trace-dialog");
  document.addEventListener("click", async (event) => {
    const sample = event.target.closest("[data-sample]");
    if (sample) for (const [name, value] of Object.entries(JSON.parse(sample.dataset.sample))) if (form.elements[name]) form.elements[name].value = value;
    const chosen = event.target.closest("[data-place]");
    if (chosen) {
      show(chosen.dataset.place, chosen.dataset.address, chosen.dataset.ref);
      // From the list of tickets: bring the place into view, and the reader's focus with it.
      if (chosen.dataset.ref) document.getElementById("landing-h").focus();
    }
    const link = event.target.closest("[data-trace]");
    if (link && !event.metaKey && !event.ctrlKey) {
      event.preventDefault();
      const inside = dialog.querySelector(".inside");
      inside.innerHTML = await (await fetch(link.href)).text();
      dress(inside);
      dialog.showModal();
    }
  });

  const me = document.querySelector("[data-me-here]"), hidden = document.querySelector(".slack.panel [data-me]");
  if (me) {
    const saved = localStorage.getItem("slack-me");
    if (saved && [...me.options].some((option) => option.value === saved)) me.value = saved;
    hidden.value = me.value;
    me.addEventListener("change", () => { hidden.value = me.value; localStorage.setItem("slack-me", me.value); });
  }

  shape();
  dress(document);
  const first = document.querySelector(".place-list [data-place]");
  const known = place && [...document.querySelectorAll(".place-list [data-place]")].some((b) => b.dataset.place === place.kind && b.dataset.address === place.address);
  if (known) show(place.kind, place.address);
  else if (first) show(first.dataset.place, first.dataset.address);
  setInterval(() => document.hidden || refreshAll(), 2000);
})();
