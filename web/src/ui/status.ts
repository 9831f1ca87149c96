/** Saying something: to a screen reader always, on the screen for a moment when asked. */
import { byId } from '../dom';

let hide: number | undefined;

export function announce(text: string): void {
  const status = byId('status');
  // The same words twice are said again.
  status.textContent = status.textContent === text ? `${text}\u00a0` : text;
}

export function toast(text: string): void {
  announce(text);
  const box = byId('toast');
  box.textContent = text;
  box.hidden = false;
  window.clearTimeout(hide);
  hide = window.setTimeout(() => (box.hidden = true), 6000);
}
