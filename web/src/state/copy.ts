/** To the clipboard; where others reach the server without encryption, browsers allow only the old way. */
export async function copy(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const box = document.createElement("textarea");
  const from = document.activeElement;
  box.value = text;
  box.className = "heard";
  document.body.append(box);
  box.select();
  document.execCommand("copy");
  box.remove();
  if (from instanceof HTMLElement) from.focus();
}
