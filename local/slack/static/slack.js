// Keeps a channel current and turns presses into signed interactions (the server signs them).
// Works on any element with data-slack (base URL) and data-messages (what to keep current).
(() => {
  const post = (url, body) =>
    fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

  // Slack's date formats, in the reader's own zone and words.
  const calendar = (at, how) => at.toLocaleDateString([], how);
  const near = (at) => {
    const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date().setHours(0, 0, 0, 0)) / 864e5);
    return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days];
  };
  const DATES = {
    date_num: (at) => `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, "0")}-${String(at.getDate()).padStart(2, "0")}`,
    date: (at) => calendar(at, { year: "numeric", month: "long", day: "numeric" }),
    date_short: (at) => calendar(at, { year: "numeric", month: "short", day: "numeric" }),
    date_long: (at) => calendar(at, { weekday: "long", year: "numeric", month: "long", day: "numeric" }),
    time: (at) => at.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" }),
    time_secs: (at) => at.toLocaleTimeString([], { hour: "numeric", minute: "2-digit", second: "2-digit" }),
  };
  const dated = (at, form) => form.replace(/\{(\w+?)(_pretty)?\}/g, (whole, name, pretty) =>
    DATES[name] ? (pretty && near(at)) || DATES[name](at) : whole);

  const dress = (root) => {
    root.querySelectorAll("time[data-date]").forEach((time) => { time.textContent = dated(new Date(time.dateTime), time.dataset.date); });
    root.querySelectorAll("time[data-ts]").forEach((time) => {
      const at = new Date(parseFloat(time.dataset.ts) * 1000);
      time.dateTime = at.toISOString();
      time.title = at.toLocaleString();
      time.textContent = DATES.time(at);
    });
  };

  const redraw = async (root, force) => {
    const url = root.dataset.messages;
    if (!url) return;
    const inside = root.querySelector(".slack-messages");
    const busy = inside.querySelector("select:focus, .modal input:focus, .modal textarea:focus, .modal select:focus");
    if (busy && !force) return;
    const headers = root.dataset.etag && root.dataset.drawn === url ? { "If-None-Match": root.dataset.etag } : {};
    let answer;
    try { answer = await fetch(url, { headers, cache: "no-store" }); } catch { return; }
    if (answer.status !== 200 || root.dataset.messages !== url) return;
    const open = [...inside.querySelectorAll("details[open]")].map((d) => d.dataset.keep);
    const focused = inside.contains(document.activeElement) ? document.activeElement.id : "";
    inside.innerHTML = await answer.text();
    root.dataset.etag = answer.headers.get("ETag");
    root.dataset.drawn = url;
    inside.querySelectorAll("details[data-keep]").forEach((d) => { d.open = open.includes(d.dataset.keep); });
    dress(inside);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    inside.querySelector(".modal :is(input, select, textarea, button)")?.focus();
  };

  const say = (root, text) => { const at = root.querySelector(".slack-answer"); if (at) at.textContent = text; };

  const press = async (root, control) => {
    const isMenu = control.tagName === "SELECT";
    if (isMenu && !control.value) return;
    if (control.dataset.confirm && !window.confirm(control.dataset.confirm)) return;
    const body = {
      channel: control.dataset.channel, ts: control.dataset.ts, block_id: control.dataset.block,
      action_id: control.dataset.action, user: root.querySelector("[data-me]")?.value,
    };
    if (isMenu) body.selected_option = control.value;
    control.setAttribute("aria-busy", "true");
    say(root, "Sending …");
    try {
      const answer = await (await post(`${root.dataset.slack}/press`, body)).json();
      // Late but done: Slack shows its warning sign all the same, and the message shows what the press did.
      const late = answer.late && answer.status === 200 && "it took the app more than 3 s to answer. The press was taken all the same";
      say(root, answer.ok ? "" : `Slack says: ${answer.error || late || `the app answered ${answer.status || "nothing"}`}`);
    } catch (error) { say(root, `That did not work: ${error.message}`); }
    control.removeAttribute("aria-busy");
    if (isMenu) control.blur();
    redraw(root, true);
  };

  const submit = async (root, form) => {
    const values = {};
    form.querySelectorAll("[data-field]").forEach((field) => {
      (values[field.dataset.block] ??= {})[field.dataset.action] = field.value || null;
    });
    const answer = await (await post(`${root.dataset.slack}/submit`, { view_id: form.dataset.submit, values })).json();
    const errors = answer.response?.errors;
    if (errors || !answer.ok) {
      form.querySelector(".problem").textContent = errors ? Object.values(errors).join(" ") : answer.error || "The app did not answer.";
    } else redraw(root, true);
  };

  const root_of = (node) => node.closest("[data-slack]");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-press]");
    if (button) press(root_of(button), button);
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) post(`${root_of(dismiss).dataset.slack}/dismiss`, { view_id: dismiss.dataset.dismiss }).then(() => redraw(root_of(dismiss), true));
  });
  document.addEventListener("change", (event) => {
    const menu = event.target.closest("select[data-press]");
    if (menu) press(root_of(menu), menu);
    if (event.target.matches("[data-me]")) localStorage.setItem("slack-me", event.target.value);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-submit]");
    if (form) { event.preventDefault(); submit(root_of(form), form); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelector(".modal [data-dismiss]")?.click();
  });
  document.addEventListener("slack:show", (event) => redraw(event.target, true));

  const start = () => document.querySelectorAll("[data-slack]").forEach((root) => {
    dress(root);
    const me = root.querySelector("[data-me]"), saved = localStorage.getItem("slack-me");
    if (me && saved && me.querySelector(`option[value="${CSS.escape(saved)}"]`)) me.value = saved;
    setInterval(() => document.hidden || redraw(root), 2000);
  });
  start();
})();
