// Times in the reader's own zone, and lists that keep themselves current.
(() => {
  const dress = (root) => root.querySelectorAll("time[data-at]").forEach((time) => {
    const at = new Date(parseFloat(time.dataset.at) * 1000);
    time.dateTime = at.toISOString();
    time.textContent = at.toLocaleString([], { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
  });
  const redraw = async (list) => {
    const url = list.dataset.list;
    if (!url) return;
    const headers = list.dataset.drawn === url ? { "If-None-Match": list.dataset.etag } : {};
    let answer;
    try { answer = await fetch(url, { headers, cache: "no-store" }); } catch { return; }
    if (answer.status !== 200 || list.contains(document.activeElement)) return;
    list.innerHTML = await answer.text();
    list.dataset.etag = answer.headers.get("ETag");
    list.dataset.drawn = url;
    dress(list);
  };
  document.addEventListener("mail:show", (event) => redraw(event.target));
  dress(document);
  setInterval(() => document.hidden || document.querySelectorAll("[data-list]").forEach(redraw), 2000);
})();
