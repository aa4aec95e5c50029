// Lays the chosen files straight into the bucket, then sends the form as ever. Without script there are no files.
(() => {
  const form = document.querySelector("form"), field = document.getElementById("files-field");
  const input = document.getElementById("files"), said = document.getElementById("files-said"), button = form.querySelector("button");
  const MOST = 5, MOST_BYTES = 10 * 1024 * 1024;
  const size = (bytes) => bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  field.hidden = false;

  const tell = (text, bad) => { said.textContent = text; said.className = bad ? "error" : "hint"; };
  const wrong = (files) => files.length > MOST ? `Please choose up to ${MOST} files.`
    : files.reduce((sum, file) => sum + file.size, 0) > MOST_BYTES ? "The files are larger than 10 MB together. Please choose fewer or smaller ones."
    : files.some((file) => !file.size) ? "One of the files is empty. Please choose another." : "";

  input.addEventListener("change", () => {
    const files = [...input.files], problem = wrong(files);
    input.setAttribute("aria-invalid", String(Boolean(problem)));
    if (!problem) input.removeAttribute("aria-invalid");
    tell(problem || files.map((file) => `${file.name} (${size(file.size)})`).join(", "), problem);
  });

  const upload = async (files, listed) => {
    const fields = Object.fromEntries(new FormData(form).entries());
    delete fields.files;
    const asked = await fetch("tickets/files", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ ...fields, files: listed }),
    });
    const answer = await asked.json();
    if (asked.status === 400 && answer.field !== "files") return false; // the page itself says what is wrong
    if (!asked.ok) throw new Error(`${answer.problem}. ${answer.cure}`);
    for (const [index, { url, fields: signed }] of answer.uploads.entries()) {
      tell(`Sending ${files[index].name} (${index + 1} of ${files.length}) …`);
      const body = new FormData();
      Object.entries(signed).forEach(([name, value]) => body.append(name, value));
      body.append("file", files[index]);
      if (!(await fetch(url, { method: "POST", body })).ok) throw new Error(`${files[index].name} could not be sent.`);
    }
    return true;
  };

  form.addEventListener("submit", async (event) => {
    const files = [...input.files];
    if (!files.length) return;
    event.preventDefault();
    const problem = wrong(files);
    if (problem) { tell(problem, true); input.focus(); return; }
    button.disabled = true;
    const listed = files.map((file) => ({ name: file.name, size: file.size, content_type: file.type || "application/octet-stream" }));
    try {
      if (await upload(files, listed)) form.elements.files_sent.value = JSON.stringify(listed);
      form.submit();
    } catch (error) {
      button.disabled = false;
      tell(`${error.message || "The files could not be sent."} Try again, or take the files out and send the message alone.`, true);
      input.focus();
    }
  });
})();
